// SPDX-License-Identifier: GPL-2.0-or-later
/* way_test.c - claims about if_ids, marks and what a plane makes of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "model/aspect.h"
#include "model/way.h"

static struct text text(const char *s)
{
	return (struct text){ s, { .file = "swanctl.conf", .line = 7 } };
}

static void an_if_id_is_decimal_or_hexadecimal_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		uint32_t number;
	} rows[] = { { "42", 42 },	  { "0x2a", 42 }, { "4294967295", UINT32_MAX },
		     { "4294967296", 0 }, { "0", 0 },	  { "%unique", 0 },
		     { "-1", 0 },	  { "42x", 0 },	  { "", 0 },
		     { NULL, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(if_id_number(&(struct text){ .s = rows[i].text }),
				 rows[i].number);
}

/* Then no file shows all interfaces, and none is missing for sure. */
static void a_script_that_may_make_the_interface_is_seen(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_OPENWRT);

	(void)state;
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){ .text = "ip route add 10.0.0.0/8 dev ipsec0" }));
	assert_false(site_makes_xfrm(site));
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){
			.text = "ip link add ipsec0 type xfrm dev eth0 if_id 42" }));
	assert_true(site_makes_xfrm(site));
}

static void a_vti_is_unused_when_its_key_is_no_mark_of_a_tunnel_that_is_on(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);
	struct site_interface *vti;

	(void)state;
	(void)vec_push(site->arena, &site->interfaces); /* no VTI */
	assert_null(site_vti_unused(site));
	vti = vec_push(site->arena, &site->interfaces);
	vti->vti.is_set = true;
	vti->vti.out = text("42");
	assert_ptr_equal(site_vti_unused(site), vti);
	assert_ptr_equal(site_vti_spare(site, child), vti);
	child->words[CHILD_WORD_MARK_OUT] = text("42");
	assert_null(site_vti_unused(site));
	assert_null(site_vti_spare(site, child));
	tunnel->is_disabled = true;
	assert_ptr_equal(site_vti_unused(site), vti);
	vti->is_disabled = true;
	assert_null(site_vti_unused(site));
}

static void zero_is_no_mark_and_unique_is_one(void **state)
{
	struct child child = { 0 };

	(void)state;
	assert_false(child_has_mark(&child));
	child.words[CHILD_WORD_MARK_OUT] = text("0/0x00000000");
	assert_false(child_has_mark(&child));
	child.words[CHILD_WORD_MARK_OUT] = text("%unique");
	assert_true(child_has_mark(&child));
	child.words[CHILD_WORD_MARK_OUT] = text("0x10/0xff");
	assert_true(child_has_mark(&child));
}

/* A site with one XFRM interface, an alias of it, and a child that is reached by it. */
static struct site *site_make(void)
{
	struct site *site = site_new("a", DEVICE_OPENWRT);
	struct site_interface *interface = vec_push(site->arena, &site->interfaces);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);

	*interface = (struct site_interface){ .name = "ipsec0", .device = "ipsec0" };
	interface->is_tunnel = true;
	interface->if_id = text("42");
	interface = vec_push(site->arena, &site->interfaces);
	*interface = (struct site_interface){ .name = "addr", .device = "ipsec0" };
	interface->is_tunnel = true;
	*tunnel = (struct tunnel){ .name = "t", .children = tunnel->children };
	*child = (struct child){ .name = "c" };
	child->words[CHILD_WORD_IF_ID_IN] = text("42");
	child->words[CHILD_WORD_IF_ID_OUT] = text("0x2a");
	return site;
}

static void a_plane_with_them_makes_the_interface_and_its_alias(void **state)
{
	_cleanup_(site_freep) struct site *site = site_make();
	const struct way_features has = { .has_xfrm_interfaces = true };

	(void)state;
	assert_true(way_needed(site).has_xfrm_interfaces);
	way_settle(site, &has, "vm");
	assert_true(site->interfaces.items[0].is_device);
	assert_true(site->interfaces.items[1].is_device);
	assert_ptr_equal(site_xfrm_of(site, 42), &site->interfaces.items[0]);
	assert_null(site_touching(site, NULL, ASPECT_WAY));
}

static void a_plane_without_them_proves_nothing_of_the_way(void **state)
{
	_cleanup_(site_freep) struct site *site = site_make();
	const struct way_features has = { 0 };
	const struct remark *remark;

	(void)state;
	way_settle(site, &has, "uml");
	assert_false(site->interfaces.items[0].is_device);
	assert_null(site->tunnels.items[0].children.items[0].words[0].s);
	remark = site_touching(site, NULL, ASPECT_WAY);
	assert_non_null(remark);
	assert_string_equal(remark->word, "if_id on the plane uml");
	assert_int_equal(remark->at.line, 7);
	assert_null(site_touching(site, NULL, ASPECT_IKE | ASPECT_SELECTORS));
}

/* A device without if_ids: everything to everything, through st0.0. */
static struct site *srx_make(unsigned int length)
{
	struct site *site = site_new("srx", DEVICE_JUNOS);
	struct site_interface *interface = vec_push(site->arena, &site->interfaces);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);
	struct selector *selector = vec_push(site->arena, &child->selectors);

	*interface = (struct site_interface){ .name = "st0.0", .device = "st0.0" };
	interface->is_tunnel = true;
	tunnel->name = "t";
	tunnel->bind_interface = "st0.0";
	selector->local.addr.family = selector->remote.addr.family = AF_INET;
	selector->remote.length = length;
	return site;
}

static void everything_into_st0_is_what_is_routed_there(void **state)
{
	_cleanup_(site_freep) struct site *site = srx_make(0);
	const struct way_features has = { .has_xfrm_interfaces = true };

	(void)state;
	assert_true(way_needed(site).has_xfrm_interfaces);
	way_settle(site, &has, "vm");
	assert_true(site->interfaces.items[0].is_device);
	assert_true(site->interfaces.items[0].follows_sa);
	assert_ptr_equal(
		site_xfrm_of(site, if_id_number(&site->tunnels.items[0]
							 .children.items[0]
							 .words[CHILD_WORD_IF_ID_OUT])),
		&site->interfaces.items[0]);
}

static void elsewhere_st0_with_everything_proves_nothing(void **state)
{
	_cleanup_(site_freep) struct site *site = srx_make(0);
	const struct way_features has = { 0 };

	(void)state;
	way_settle(site, &has, "uml");
	assert_false(site->interfaces.items[0].is_device);
	assert_string_equal(site_touching(site, NULL, ASPECT_WAY)->word,
			    "st0.0 on the plane uml");
}

static void traffic_selectors_stay_policies(void **state)
{
	_cleanup_(site_freep) struct site *site = srx_make(24);
	const struct way_features has = { .has_xfrm_interfaces = true };

	(void)state;
	assert_false(way_needed(site).has_xfrm_interfaces);
	way_settle(site, &has, "vm");
	assert_false(site->interfaces.items[0].is_device);
	assert_null(site_touching(site, NULL, ASPECT_WAY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_if_id_is_decimal_or_hexadecimal_and_nothing_else),
		cmocka_unit_test(a_script_that_may_make_the_interface_is_seen),
		cmocka_unit_test(
			a_vti_is_unused_when_its_key_is_no_mark_of_a_tunnel_that_is_on),
		cmocka_unit_test(zero_is_no_mark_and_unique_is_one),
		cmocka_unit_test(a_plane_with_them_makes_the_interface_and_its_alias),
		cmocka_unit_test(a_plane_without_them_proves_nothing_of_the_way),
		cmocka_unit_test(everything_into_st0_is_what_is_routed_there),
		cmocka_unit_test(elsewhere_st0_with_everything_proves_nothing),
		cmocka_unit_test(traffic_selectors_stay_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
