#!/bin/bash
# deb.sh - `make deb`: build/twinsite_VERSION_ARCH.deb, assembled below build/deb, so that no debian/ lies in the tree
#
# The files are those of install.sh, the packages it needs those of .ci/packages and of the libraries it is linked with.
# The same tree and SOURCE_DATE_EPOCH make the same package.
set -eu
cd "$(dirname "$0")/../.."
bin=${BIN:-build/twinsite} tree=build/deb
version=$(sed -n 's/^#define TWINSITE_VERSION "\(.*\)"$/\1/p' harness/base/version.h)
arch=$(dpkg --print-architecture)
maintainer="twinsite maintainers <twinsite@packages.debian.org>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
command -v dpkg-shlibdeps >/dev/null || { echo "deb: dpkg-shlibdeps is missing; as root: apt-get install dpkg-dev" >&2; exit 1; }
umask 022
rm -rf $tree
PACKAGE=yes BIN=$bin DESTDIR=$tree PREFIX=/usr harness/packaging/install.sh
strip --remove-section=.comment --remove-section=.note $tree/usr/bin/twinsite

doc=$tree/usr/share/doc/twinsite
cat >$doc/copyright <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: twinsite

Files: *
Copyright: 2025-2026 the twinsite authors
License: GPL-2+
 This program is free software; you can redistribute it and/or modify it under
 the terms of the GNU General Public License as published by the Free Software
 Foundation; either version 2 of the License, or (at your option) any later
 version.
 .
 It is distributed in the hope that it will be useful, but WITHOUT ANY
 WARRANTY. On Debian systems the text of the licence is in
 /usr/share/common-licenses/GPL-2.
END
gzip -9n $tree/usr/share/man/man1/twinsite.1
cat <<END | gzip -9n >$doc/changelog.gz
twinsite ($version) unstable; urgency=medium

  * See CHANGELOG.md.

 -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END

# dpkg-shlibdeps wants a source package beside it.
mkdir -p build/deb-source/debian
printf 'Source: twinsite\n\nPackage: twinsite\nArchitecture: any\n' >build/deb-source/debian/control
# What is loaded when it is needed (harness/base/libarchive.c) stands in no header of the program: this has it there.
echo 'int main(void) { return 0; }' | ${CC:-cc} -x c - -o build/deb-source/loaded -Wl,--no-as-needed -larchive
libraries=$(cd build/deb-source && dpkg-shlibdeps -O "../deb/usr/bin/twinsite" loaded 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
programs=$(.ci/packages --list --run | grep -v '^user-mode-linux$' | paste -sd, | sed 's/,/, /g')
mkdir $tree/DEBIAN
cat >$tree/DEBIAN/control <<END
Package: twinsite
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size $tree | cut -f1)
Depends: $libraries, $programs
Recommends: user-mode-linux | qemu-system-x86
Suggests: wireshark
Section: net
Priority: optional
Description: dress rehearsal for site-to-site VPNs
 Reads the configuration files of two VPN gateways as they are (OpenWrt,
 FRITZ!Box, ScreenOS, Junos, strongSwan), builds both sites and the Internet
 between them out of Linux network namespaces, lets two strongSwan daemons
 negotiate with what the files say, sends traffic and captures every wire.
 .
 If something does not work, it tells which one setting, on which side, in
 which file and line, and what to write instead. No router is touched and no
 root is needed.
END
(cd $tree && find usr -type f -printf '%P\0' | LC_ALL=C sort -z | sed -z 's,^,usr/,' | xargs -0 md5sum >DEBIAN/md5sums)
find $tree -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch --no-dereference --date="@$SOURCE_DATE_EPOCH"
dpkg-deb --root-owner-group -Zxz --build $tree "build/twinsite_${version}_$arch.deb" >/dev/null
echo "build/twinsite_${version}_$arch.deb"
