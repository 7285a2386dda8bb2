// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_proposal_test.c - a device's proposals in strongSwan's words */
#include <string.h>

#include "charon/test_conf.h"

static void ikev1_alternatives_become_proposals_of_their_own(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct proposal *proposal = site->tunnels.items[0].proposals.items;
	struct conf *conf;
	const struct vici_node *root;

	(void)state;
	site->kind = DEVICE_JUNOS;
	vec_add(site->arena, &proposal->encr,
		((struct proposal_alg){
			alg_by_keyword(ALG_KIND_ENCR, "3des"), "3des", { 0 } }));
	vec_add(site->arena, &proposal->integ,
		((struct proposal_alg){
			alg_by_keyword(ALG_KIND_INTEG, "md5"), "md5", { 0 } }));
	vec_add(site->arena, &proposal->integ, proposal->integ.items[0]);
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-sha1-modp1024 aes128-md5-modp1024 "
			    "3des-sha1-modp1024 3des-md5-modp1024");
	conf_free(conf);
	site->tunnels.items[0].version = 2;
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-3des-sha1-md5-modp1024");
	assert_null(vici_node_text(root, "acme.aggressive"));
	assert_int_equal(vici_node_number(root, "acme.rekey_time", 0), 25920);
	assert_null(vici_node_text(root, "acme.reauth_time"));
	assert_null(vici_node_text(root, "acme.childless"));
	conf_free(conf);
}

static void strongswan_itself_sends_alternatives_together(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct proposal *proposal = site->tunnels.items[0].proposals.items;
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;

	(void)state;
	vec_add(site->arena, &proposal->encr,
		((struct proposal_alg){
			alg_by_keyword(ALG_KIND_ENCR, "3des"), "3des", { 0 } }));
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-3des-sha1-modp1024");
}

static void endless_proposals_are_cut_with_a_remark(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct proposal *proposal = site->tunnels.items[0].proposals.items;
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	site->kind = DEVICE_JUNOS;
	for (unsigned int i = 0; i < 3000; i++) {
		vec_add(site->arena, &proposal->encr, proposal->encr.items[0]);
		vec_add(site->arena, &proposal->integ, proposal->integ.items[0]);
	}
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 1);
	assert_non_null(strstr(conf->remarks.items[0].text, "more combinations"));
}

static void an_unknown_word_discards_the_connection(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct proposal_alg *dh = site->tunnels.items[0].proposals.items[0].dh.items;

	(void)state;
	dh->alg = NULL;
	dh->word = "mod1024";
	dh->at.line = 23;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 0);
	assert_int_equal(conf->secrets.count, 0);
	assert_int_equal(conf->discarded.count, 1);
	assert_string_equal(conf->discarded.items[0].connection, "acme");
	assert_string_equal(
		conf->discarded.items[0].reason,
		"home: home/etc/config/ipsec:23: strongSwan knows no DH group "
		"'mod1024', did you mean 'modp1024'?");
	assert_int_equal(conf->discarded.items[0].at.line, 23);
}

static void an_unknown_word_in_a_child_discards_all(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	site->tunnels.items[0].children.items[1].proposals.items[0].encr.items[0].alg =
		NULL;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 0);
	assert_int_equal(conf->discarded.count, 1);
}

static void what_strongswan_demands_of_proposals_is_demanded(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf *conf;

	(void)state;
	site->tunnels.items[0].proposals.items[0].dh.count = 0;
	conf = conf_of(site, &params);
	assert_non_null(strstr(conf->discarded.items[0].reason, "has no DH group"));
	conf_free(conf);
	site->tunnels.items[0].proposals.items[0] = acme_proposal(
		site->arena, "aes128gcm16", NULL, "modp2048", (struct origin){ 0 });
	site->tunnels.items[0].version = 2;
	conf = conf_of(site, &params);
	assert_non_null(strstr(conf->discarded.items[0].reason, "has no PRF"));
	conf_free(conf);
}

static void other_devices_have_a_prf_without_saying(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;

	(void)state;
	site->tunnels.items[0].proposals.items[0] = acme_proposal(
		site->arena, "aes128gcm16", NULL, "modp2048", (struct origin){ 0 });
	site->tunnels.items[0].version = 2;
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "home-gw.proposals"),
			    "aes128gcm16-prfsha256-modp2048");
}

/* charon's own word for them means another list in each release; 511 letters are its limit. */
static void defaults_are_written_out(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct tunnel *tunnel = site->tunnels.items;
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct buf _cleanup_buf_ text = { 0 };

	(void)state;
	tunnel->proposals.count = 0;
	tunnel->has_default_proposals = true;
	tunnel->children.items[0].has_default_proposals = true;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 1);
	conf_swanctl_format(conf, false, &text);
	assert_null(strstr(buf_text(&text), "default"));
	/* What has AEAD ciphers must say its PRF, in IKEv1, too. */
	assert_non_null(strstr(buf_text(&text), "-aes256ccm8-prfsha256-"));
	assert_non_null(
		strstr(buf_text(&text), "\tproposals = aes128-aes192-aes256-aes128ctr-"));
	assert_non_null(
		strstr(buf_text(&text),
		       "esp_proposals = aes128-sha1-modp1024, aes128-aes192-aes256-"
		       "sha256-sha384-sha512-sha1-aesxcbc, "
		       "aes128gcm16-aes192gcm16-aes256gcm16\n"));
	for (const char *word = buf_text(&text); *word;
	     word += strcspn(word, " ,\n"), word += strspn(word, " ,\n"))
		assert_true(strcspn(word, " ,\n") < 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ikev1_alternatives_become_proposals_of_their_own),
		cmocka_unit_test(strongswan_itself_sends_alternatives_together),
		cmocka_unit_test(endless_proposals_are_cut_with_a_remark),
		cmocka_unit_test(an_unknown_word_discards_the_connection),
		cmocka_unit_test(an_unknown_word_in_a_child_discards_all),
		cmocka_unit_test(what_strongswan_demands_of_proposals_is_demanded),
		cmocka_unit_test(defaults_are_written_out),
		cmocka_unit_test(other_devices_have_a_prf_without_saying),
	};

	return cmocka_run_group_tests_name("charon/conf_proposal", tests, NULL, NULL);
}
