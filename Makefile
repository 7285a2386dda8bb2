# SPDX-License-Identifier: GPL-2.0-or-later
# twinsite: a dress rehearsal for site-to-site VPNs.
#
#   make               build/twinsite and its manual, nothing else
#   make scenario=acme [plane=uml|vm|libipsec|native]   install, build, rehearse one scenario
#   make packages      only install what .ci/packages lists
#   make check         what CI does, ≤ 20 min on 2 cores; prints what each stage cost
#   make check-full    everything, ≤ 60 min: by hand before an issue is called done
#   make unit          unit tests only: no root, no network, seconds [SAN=1]
#   make toy           is a new device a row, and nothing else? (a part of unit)
#   make lab           every scenario [plane=…] [JOBS=N] [LAB_ARGS=--quick]
#   make life          hours and days of a tunnel by a virtual clock (plane vm), minutes each
#   make planes        a few scenarios on each plane that works here [SAMPLES=…]
#   make captures      do tshark and Wireshark read our captures as we do?
#   make pages         can the page about a run be read in a browser, at three widths? [KEEP=FOLDER]
#   make interop       recorded peers against those of the scenarios, see pcaps/README.md
#   make agree [N=100] [SEED=…] [CASE=…]   does charon do what predict says? Random pairs
#   make endings       how a run ends: exit status, one reason, nothing blamed [plane=…]
#   make cure           is every faulty scenario cured by its own printed fix? [plane=…]
#   make many          many runs: recipes for batch systems and CI, merging, schemas, --watch
#   make stand         what it must stand: SIGKILL, dying daemons, full disks … [plane=…]
#   make mutants [N=100] [SEED=1]   would a test notice a small mistake? Prints those that none did
#   make same OLD=…    what an older program (its tree) said: import, predict, explain, pcap, 2,000 pairs
#   make other-end    the other end made for files of the catalogue, and both rehearsed [plane=uml]
#   make one-end      what predict says of the ends of public pairs, each alone; is it what it was?
#   make unproven [OLD=…]   what predict leaves unproven of the catalogue; is it more than it was?
#   make steady scenario=office-gcm [N=100] [plane=libipsec] [BUSY=4]   the same verdicts each time?
#   make attack        hostile scripts, files and reports [ATTACK=sample] [ATTACK="all kill-all"]
#   make vm [FULL=1]   the plane vm: a virtual clock repeats, bad input, a cache that is made once
#   make slow          the same verdicts with 5 % of a CPU? [SHARE=5] [plane=…]
#   make bench        the figures, as ratios measured in one run [ROWS="lab predict where"]
#   make lint          format, clang-tidy, cppcheck, layers; what was clean is remembered
#   make lint-changed  the same of what differs from .ci/released, and of what includes it
#   make released      write .ci/released: this tree is released, and clean under make lint
#   make ci            do unit.sh, skips.sh and check.sh go red for what is planted there?
#   make layers        who includes whom, against harness/LAYERS
#   make fuzz          each fuzz target for FUZZ_SECONDS (60) [FUZZ=harness/…_fuzz.c]
#   make golden        record the reference captures in pcaps/ again; golden-predict: predict's sentences
#   make install       [PREFIX=/usr/local] [DESTDIR=…] program, scenarios, manual, completion, guide
#   make uninstall     what that installed and nobody has changed since
#   make packaging     is what is installed whole, for anybody? Do guide, schema and CI templates hold?
#   make deb           build/twinsite_VERSION_ARCH.deb of this tree
#   make clean         remove build/
#
# V=1 shows the commands; SAN=1 builds with ASan and UBSan in build/san; CC=clang works too;
# WERROR=-Werror as in CI. All cores are used, -j1 or another -j overrides that.

# A -j of the command line comes later and wins; a make below has the jobs of the one above.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

CC ?= cc
BUILD := build$(if $(SAN),/san)
PKGS := libnl-route-3.0 libcrypto libfyaml jansson libcares libkmod libarchive libseccomp zlib
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
	-Wundef -Wwrite-strings -Wpointer-arith -Wcast-qual -Wconversion -Wno-sign-conversion \
	-Wswitch-enum -Wimplicit-fallthrough
WARN += $(if $(findstring clang,$(CC)),,-Wduplicated-cond -Wduplicated-branches -Wlogical-op)
# Warnings of compilers and libraries that we have not met are no reason to build nothing: CI has -Werror.
# Not with SAN: in instrumented code GCC sees overlaps and truncations that are none.
WERROR ?= $(if $(CI),$(if $(SAN),,-Werror))
HARDEN := $(if $(SAN),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full -fPIE
comma := ,
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
CPPFLAGS = -D_GNU_SOURCE -Iharness -I. $(PKG_CFLAGS)
CFLAGS ?= $(if $(SAN),-O1,-O2) -g
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(WARN) $(WERROR) $(HARDEN) $(SANFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)

ifneq ($(filter clean help,$(MAKECMDGOALS)),$(or $(MAKECMDGOALS),all))
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
# libarchive is loaded when it is needed: harness/base/libarchive.c.
PKG_LIBS := $(shell pkg-config --libs $(filter-out libarchive,$(PKGS)) 2>/dev/null)
endif

SRC := $(sort $(wildcard harness/*/*.c harness/device/*/*.c netns/*.c))
TEST_SRC := $(filter %_test.c,$(SRC))
FUZZ_SRC := $(filter %_fuzz.c,$(SRC))
LIB_SRC := $(filter-out %_test.c %_fuzz.c,$(SRC))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
MAIN_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard harness/*.c)))
TESTS := $(TEST_SRC:%.c=$(BUILD)/%)
BIN := $(BUILD)/twinsite

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' '$(1)' '$(2)')

ifdef scenario
.DEFAULT_GOAL := scenario
else
.DEFAULT_GOAL := all
endif

.PHONY: attack agree unproven endings stand steady mutants all tests scenario check check-full unit captures interop lab planes bench lint lint-changed \
	released tidy layers fuzz golden golden-predict clean help packages packages-check packages-full pages libraries trixie trixie-full
all: $(BIN) $(BUILD)/twinsite.1

help:
	@sed -n 's/^#   //p' Makefile

packages:
	@.ci/packages $(if $(filter vm,$(plane)),--vm)

# `make scenario=acme`: the packages, the program, the rehearsal.
scenario: packages
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(BIN) run $(if $(plane),--plane $(plane)) scenarios/$(scenario)

# What the checks need beyond building and running.
packages-check:
	@.ci/packages --check
packages-full:
	@.ci/packages --full

# The stages, each a target of this file; see harness/check.sh, and harness/skips.sh for what may be skipped.
# A test joins `check` when CI needs it and its stage stays within the budget, else `check-full`. There the whole
# catalogue runs on each plane once: `vm FULL=1` has uml and each kernel of vm side by side.
ifneq ($(filter check check-full,$(MAKECMDGOALS)),)
TRIXIE := $(wildcard .ci/trixie)
endif
CHECK_STAGES := build:tests layers ci unit packaging san:unit,SAN=1 lint:lint-changed \
	agree:agree,N=40,SEED=1 captures interop endings vm lab:lab,LAB_ARGS=--quick,LAB=sample planes attack:attack,ATTACK=sample $(if $(TRIXIE),trixie)
FULL_STAGES := build:tests unit packaging san:unit,SAN=1 lint agree captures interop endings \
	vm:vm,FULL=1 pages lab $(foreach plane,$(filter-out uml vm,$(PLANES)),lab-$(plane):lab,plane=$(plane)) stand many one-end other-end cure attack \
	mutants:mutants,N=60,PERCENT=60 $(if $(TRIXIE),trixie:trixie-full)
check: packages-check
	$(Q)+harness/check.sh 20 $(CHECK_STAGES)
check-full: packages-full
	$(Q)+harness/check.sh 60 $(FULL_STAGES)

# One sentence instead of a page of missing headers.
libraries:
	@command -v pkg-config >/dev/null && pkg-config --exists $(PKGS) || \
		{ echo 'twinsite: libraries to build with are missing; as root: .ci/packages' >&2; exit 1; }

$(BUILD)/%.o: %.c | libraries
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# What `twinsite --version` says of the sources: all that is compiled into the program, by name and content.
COMPILED = $(sort $(LIB_SRC) $(filter-out %/test_%,$(wildcard harness/*.[ch] harness/*/*.h harness/*/*.def harness/device/*/*.def \
	harness/device/*/*.h netns/*.h)))
.PHONY: always
$(BUILD)/sources: always
	@mkdir -p $(@D)
	@sha256sum $(COMPILED) | sha256sum | cut -c1-12 >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(BUILD)/harness/base/version.o: $(BUILD)/sources
$(BUILD)/harness/base/version.o: CPPFLAGS += -DTWINSITE_SOURCES='"$(shell cat $(BUILD)/sources)"'

$(BUILD)/libtwinsite.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BIN): $(MAIN_OBJ) $(BUILD)/libtwinsite.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

# The manual and what shells complete, from the tables of options: one that is not described is none.
PAGES := $(addprefix $(BUILD)/,twinsite.1 twinsite.bash twinsite.zsh twinsite.fish)
$(BUILD)/twinsite.1: $(BIN)
	$(Q)$(BIN) help --man >$@.new && mv $@.new $@
$(BUILD)/twinsite.%: $(BIN)
	$(Q)$(BIN) help --complete $* >$@.new && mv $@.new $@

# Whatever is found from where the program is (base/installed.h): an installed tree may be moved.
PREFIX ?= /usr/local
.PHONY: install uninstall deb
install: $(BIN) $(PAGES)
	$(Q)BIN=$(BIN) DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' harness/packaging/install.sh
uninstall:
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' harness/packaging/install.sh --remove
.PHONY: packaging
packaging: $(BIN) $(PAGES)
	$(Q)harness/packaging/install_test.sh
	$(Q)harness/packaging/tutorial_test.sh $(BIN)
	$(Q)harness/packaging/calls_test.sh $(BIN)
	$(Q)harness/packaging/schema.py --check
	$(Q)harness/packaging/doc_test.sh $(BIN)
deb: $(BIN) $(PAGES)
	$(Q)BIN=$(BIN) harness/packaging/deb.sh

$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libtwinsite.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS) -lcmocka $(if $(findstring /capture/,$@),-lpcap)

tests: $(BIN) $(TESTS)

# A device that is a row and nothing else (harness/tests/toy): the two files that hold an entry for each device
# are compiled with it, the rest of the program is as it is.
TOY := $(addprefix build/toy/harness/,device/device.o import/detect.o tests/toy/row.o tests/toy/toy.o)
build/toy/%.o: %.c harness/tests/toy/devices.def | libraries
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -DDEVICES_OF_TEST='"tests/toy/devices.def"' $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

build/toy/toy: $(TOY) build/libtwinsite.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS) -lcmocka

.PHONY: toy
toy: build/toy/toy
	$(Q)harness/unit.sh $<

# Every unit test program, side by side; a failure is shown whole, a skip with its reason.
unit: $(TESTS) $(if $(SAN),,build/toy/toy)
	$(Q)harness/unit.sh $^

# Every scenario that this machine can run: on the best plane it needs, and (those that do not
# need kernel ESP) on libipsec too. A skip (75) is no failure here. LAB_ARGS=--quick, JOBS=1, plane=….
SCENARIOS := $(sort $(patsubst %/scenario.yml,%,$(wildcard scenarios/*/scenario.yml)))
# LAB=sample: without some that only the slow plane vm can run.
# By a virtual clock only: `make life`.
LIFE := $(sort $(patsubst %/scenario.yml,%,$(shell grep -l '^  - alive: [0-9]*[hd]' scenarios/*/scenario.yml)))
# Recorded devices' settings, for interop; certificates are not rehearsed, so a run of it proves nothing (exit status 3).
UNPROVEN := scenarios/srx210
LAB_LATER := azure-no-route srx-st0-no-route xfrmi-no-route xfrmi-no-zone
lab: $(BIN)
	$(Q)$(BIN) run -v --twice $(if $(JOBS),--jobs $(JOBS)) $(if $(plane),--plane $(plane)) $(LAB_ARGS) \
		$(filter-out $(LIFE) $(UNPROVEN) $(if $(filter sample,$(LAB)),$(LAB_LATER:%=scenarios/%)),$(SCENARIOS)) || { status=$$?; [ $$status = 75 ] || exit $$status; }

.PHONY: scenarios-of-lab
scenarios-of-lab:
	@echo $(filter-out $(LIFE) $(UNPROVEN),$(SCENARIOS))

# Hours and days of a tunnel, by the virtual clock of the plane vm: minutes each.
.PHONY: life
life: $(BIN)
	$(Q)$(BIN) run --quick --plane vm --clock virtual --seed 1 $(if $(JOBS),--jobs $(JOBS)) $(LIFE)

# The same few on each plane that works here: what differs between planes shows in these.
PLANES ?= native uml vm libipsec
SAMPLES ?= acme acme-wrong-psk fritzbox office-gcm office-pfs-at-rekey office-no-exemption
planes: $(BIN)
	$(Q)BIN=$(BIN) harness/planes.sh "$(PLANES)" $(SAMPLES)

# A virtual machine with a stock kernel; FULL=1 also makes some anew.
.PHONY: vm
vm: $(BIN)
	$(Q)BIN=$(BIN) harness/vm.sh $(if $(FULL),full)

# Windows on a starved machine: more patience, never another verdict. 77: skipped.
slow: $(BIN)
	$(Q)BIN=$(BIN) PLANE=$(plane) harness/slow.sh $(scenario) || [ $$? -eq 77 ]

# Ratios measured in one run, see harness/bench.sh.
bench: $(BIN)
	$(Q)LIBS='$(PKG_LIBS)' harness/dissect/bench.sh $(BUILD) || [ $$? -eq 77 ]
	$(Q)LIBS='$(PKG_LIBS)' harness/capture/bench.sh $(BUILD) || [ $$? -eq 77 ]
	$(Q)harness/dissect/worst.sh $(BUILD)
	$(Q)harness/bench.sh $(ROWS)

# Do we and tshark read the same, do our keys open our captures in Wireshark, and is of captures at the edges (one
# direction, a late beginning, other links, …) said what was written down for them?
captures: $(BIN)
	$(Q)harness/dissect/edges.py $(BIN)
	$(Q)harness/dissect/tshark_agree.sh $(BIN)
	$(Q)harness/dissect/wireshark_opens.sh $(BIN)

# Can the page about a run be read, in a browser at three widths? Needs Chromium: .ci/packages --full.
pages: $(BIN)
	$(Q)harness/pages.sh $(BIN) $(KEEP)

# Would the peers of the scenarios understand the recorded ones? See pcaps/README.md.
interop: $(BIN)
	$(Q)harness/interop.sh $(BIN)

# The reference captures in pcaps/ again; `git diff` reviews.
golden: $(BIN)
	$(Q)harness/golden.sh $(BIN)

# All that predict's tests are told about each mistake and pair, again; `git diff` reviews.
golden-predict: $(BUILD)/harness/predict/whole_test
	$(Q)GOLDEN=1 $<

# Prediction against reality: N random pairs of device files, predicted and negotiated.
N ?= 100
agree: $(BIN)
	$(Q)$(BIN) agree $(N) $(if $(AGREE_JOBS),--jobs $(AGREE_JOBS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(CASE),--case $(CASE))

# Planted errors, signals, full disks for stdout: half a minute. plane=libipsec|uml.
endings: $(BIN)
	$(Q)harness/endings.sh $(plane)

# The other end made for files of the catalogue, and both rehearsed; plane=libipsec|uml.
.PHONY: other-end
other-end: $(BIN)
	$(Q)BUILD=$(BUILD) harness/other_end.sh $(plane)

# What predict says of each end of the public pairs alone, against what is kept of it.
.PHONY: one-end
one-end: $(BIN)
	$(Q)BUILD=$(BUILD) harness/one_end.sh --check

# Many runs: the recipes of harness/doc/many.md, shards put together, schemas, --watch.
.PHONY: many
many: $(BIN)
	$(Q)BIN=$(BIN) harness/many.sh

# Is every faulty scenario cured by its own printed fix? plane=libipsec|uml.
.PHONY: cure
cure: $(BIN)
	$(Q)BIN=$(BIN) harness/cure.sh $(plane)

# What issue 2 says it must stand; plane=libipsec|uml.
stand: $(BIN)
	$(Q)harness/stand.sh $(plane)

unproven: $(BIN)
	$(Q)harness/unproven.sh $(BIN) $(OLD)

# Does this program say what an older one said? OLD: a tree with build/twinsite, or a recording.
.PHONY: same
same: $(BIN)
	$(Q)BIN=$(BIN) JOBS=$(JOBS) harness/same.sh $(OLD)

# The same rehearsal N times, beside BUSY busy loops: every verdict the same? See harness/steady.sh.
steady: $(BIN)
	$(Q)BIN=$(BIN) JOBS=$(JOBS) BUSY=$(or $(BUSY),0) harness/steady.sh $(scenario) $(N) $(or $(plane),libipsec)

# Would a test notice a small mistake? N of them, drawn by SEED: harness/mutants.sh. The library is a
# shared one there, so that each costs a file's compiling and a link.
MUTANT_OBJ := $(LIB_SRC:%.c=build/mutants/%.o)
MUTANT_TESTS := $(patsubst %.c,build/mutants/%,$(foreach module,\
	check diagnose predict dissect lab charon run report agree,$(wildcard harness/$(module)/*_test.c)))
build/mutants/%.o: %.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu11 -O1 -w -fPIC -MMD -MP -c -o $@ $<

build/mutants/libtwinsite.so: $(MUTANT_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -shared -o $@ $^ $(PKG_LIBS) && printf '%s\n' $^ >build/mutants/objects

$(MUTANT_TESTS): build/mutants/%: build/mutants/%.o build/mutants/libtwinsite.so
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $< -Lbuild/mutants -ltwinsite $(PKG_LIBS) -lcmocka

mutants: $(MUTANT_TESTS)
	$(Q)CC='$(CC)' CPPFLAGS='$(CPPFLAGS)' LIBS='$(PKG_LIBS)' JOBS=$(JOBS) harness/mutants.sh $(N) $(or $(SEED),1)

# Hostile files against the walls: as root and as an ordinary user, on each plane of this machine.
ATTACK ?= all
attack: $(BIN)
	$(Q)harness/tests/attack/run.sh $(ATTACK)

# Do unit.sh, skips.sh and check.sh go red for what is planted there?
ci:
	$(Q)harness/ci_test.sh

# Each file that is there is built: one in a folder that no list knows would be neither built nor checked.
LAYERED := $(SRC) $(wildcard harness/*.[ch] harness/*/*.h harness/device/*/*.h netns/*.h)
layers:
	$(Q)awk -f harness/layers.awk harness/LAYERS $(LAYERED)
	$(Q)lost=$$(find harness netns -name '*.[ch]' ! -path 'harness/tests/*' | grep -vxF "$$(printf '%s\n' $(LAYERED))"); \
		[ -z "$$lost" ] || { echo "$$lost: in a folder that the Makefile does not know"; exit 1; }

# Each *_fuzz.c for FUZZ_SECONDS under libFuzzer, ASan and UBSan; findings and the grown corpus
# stay in build/fuzz. FUZZ=harness/capture/file_fuzz.c runs one. FUZZ_BARE=1: without sanitizers, for their speed.
FUZZ_SECONDS ?= 60
FUZZ ?= $(FUZZ_SRC)
FUZZ_DIR := build/fuzz$(if $(FUZZ_BARE),-bare)
FUZZERS := $(FUZZ:%.c=$(FUZZ_DIR)/%)
FUZZ_SAN := $(if $(FUZZ_BARE),,address$(comma)undefined$(comma))
FUZZ_FLAGS := -fsanitize=$(FUZZ_SAN)fuzzer-no-link $(if $(FUZZ_BARE),-O2,-O1 -fno-sanitize-recover=undefined)

$(FUZZ_DIR)/obj/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS) -std=gnu11 -g $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

$(FUZZ_DIR)/libtwinsite.a: $(LIB_SRC:%.c=$(FUZZ_DIR)/obj/%.o)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(FUZZERS): $(FUZZ_DIR)/%: $(FUZZ_DIR)/obj/%.o $(FUZZ_DIR)/libtwinsite.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)clang -fsanitize=$(FUZZ_SAN)fuzzer -o $@ $^ $(PKG_LIBS)

fuzz: $(FUZZERS)
	$(Q)harness/fuzz.sh $(FUZZ_SECONDS) $(FUZZERS)

# How the code is written. clang-tidy needs a second or two for a file, so what it found clean is
# remembered in build/lint until that file, a header of it or .clang-tidy changes.
TIDY := $(patsubst %.c,build/lint/%.ok,$(SRC) $(wildcard harness/*.c))
lint: layers
	$(Q)harness/lint.sh

lint-changed: layers
	$(Q)harness/lint.sh --changed
released: lint
	$(Q)harness/released.sh >.ci/released

trixie: ; $(Q).ci/trixie
trixie-full: ; $(Q).ci/trixie --full

tidy: $(TIDY)
	@:
build/lint/%.ok: %.c .clang-tidy .ci/clang_tidy.h
	@mkdir -p $(@D) && touch $@.new
	$(Q)clang $(CPPFLAGS) -MM -MP -MT $@ -MF $(@:.ok=.d) $<
	$(Q)clang-tidy --quiet $< -- -std=gnu11 -include .ci/clang_tidy.h $(CPPFLAGS) 2>/dev/null
	@mv $@.new $@

clean:
	rm -rf build

-include $(TIDY:.ok=.d) $(LIB_OBJ:.o=.d) $(TESTS:=.d) $(MAIN_OBJ:.o=.d)
-include $(TOY:.o=.d) $(MUTANT_OBJ:.o=.d) $(MUTANT_TESTS:=.d)
-include $(LIB_SRC:%.c=$(FUZZ_DIR)/obj/%.d) $(FUZZERS:$(FUZZ_DIR)/%=$(FUZZ_DIR)/obj/%.d)
