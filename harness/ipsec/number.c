// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * number.c - the numbers of IKE: one table each
 *
 * Compared with Wireshark 4.0's packet-isakmp.c, strongSwan 6.1 and libreswan 5.2, and
 * with IANA's registry ikev2-parameters as of 2026.
 * Algorithms stand in alg.c; here are those that have a number and no row there,
 * because strongSwan 5.9 has no word for them.
 */
#include "ipsec/number.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "base/cleanup.h"

/* clang-format off */
static const struct number_row v1_payloads[] = {
	{ 1, "SA", "RFC 2408 3.4" },
	{ 2, "Proposal", "RFC 2408 3.5" },
	{ 3, "Transform", "RFC 2408 3.6" },
	{ 4, "KE", "RFC 2408 3.7" },
	{ 5, "ID", "RFC 2408 3.8" },
	{ 6, "CERT", "RFC 2408 3.9" },
	{ 7, "CERTREQ", "RFC 2408 3.10" },
	{ 8, "HASH", "RFC 2408 3.11" },
	{ 9, "SIG", "RFC 2408 3.12" },
	{ 10, "NONCE", "RFC 2408 3.13" },
	{ 11, "N", "RFC 2408 3.14" },
	{ 12, "D", "RFC 2408 3.15" },
	{ 13, "VID", "RFC 2408 3.16" },
	{ 14, "CP", "draft-ietf-ipsec-isakmp-mode-cfg-05" },
	{ 15, "NAT-D(draft)", "draft-ietf-ipsec-nat-t-ike-04..08; also SAK of RFC 3547" },
	{ 16, "NAT-OA(draft)", "draft-ietf-ipsec-nat-t-ike-04..08" },
	{ 17, "KD", "RFC 6407" },
	{ 18, "SEQ", "RFC 6407" },
	{ 19, "POP", "RFC 6407" },
	{ 20, "NAT-D", "RFC 3947 3.2" },
	{ 21, "NAT-OA", "RFC 3947 5.2" },
	{ 22, "GAP", "RFC 6407" },
	{ 130, "NAT-D(draft)", "draft-ietf-ipsec-nat-t-ike-00..03" },
	{ 131, "NAT-OA(draft)", "draft-ietf-ipsec-nat-t-ike-00..03" },
	{ 132, "FRAGMENT", "[MS-IKEE] 2.2.3.1, Cisco" },
};

static const struct number_row v1_exchanges[] = {
	{ 0, "NONE", "RFC 2408 3.1" },
	{ 1, "Base", "RFC 2408 4.4" },
	{ 2, "Main", "RFC 2409 5" },
	{ 3, "Authentication Only", "RFC 2408 4.6" },
	{ 4, "Aggressive", "RFC 2409 5" },
	{ 5, "Informational", "RFC 2408 4.8" },
	{ 6, "Transaction", "draft-ietf-ipsec-isakmp-mode-cfg-05" },
	{ 32, "Quick", "RFC 2409 5.5" },
	{ 33, "New Group", "RFC 2409 5.6" },
	{ 243, "AuthIP Main", "[MS-AIPS]" },
	{ 244, "AuthIP Quick", "[MS-AIPS]" },
	{ 245, "AuthIP Extended", "[MS-AIPS]" },
	{ 246, "AuthIP Notify", "[MS-AIPS]" },
};

static const struct number_row v1_attributes[] = {
	{ 1, "encryption", "RFC 2409 A" },
	{ 2, "hash", "RFC 2409 A" },
	{ 3, "authentication", "RFC 2409 A" },
	{ 4, "group", "RFC 2409 A" },
	{ 5, "group type", "RFC 2409 A" },
	{ 6, "group prime", "RFC 2409 A" },
	{ 7, "group generator 1", "RFC 2409 A" },
	{ 8, "group generator 2", "RFC 2409 A" },
	{ 9, "group curve A", "RFC 2409 A" },
	{ 10, "group curve B", "RFC 2409 A" },
	{ 11, "life type", "RFC 2409 A" },
	{ 12, "life duration", "RFC 2409 A" },
	{ 13, "PRF", "RFC 2409 A" },
	{ 14, "key length", "RFC 2409 A" },
	{ 15, "field size", "RFC 2409 A" },
	{ 16, "group order", "RFC 2409 A" },
	{ 16384, "GSS identity name", "draft-ietf-ipsec-isakmp-gss-auth" },
};

static const struct number_row v1_esp_attributes[] = {
	{ 1, "life type", "RFC 2407 4.5" },
	{ 2, "life duration", "RFC 2407 4.5" },
	{ 3, "group", "RFC 2407 4.5" },
	{ 4, "encapsulation", "RFC 2407 4.5" },
	{ 5, "authentication", "RFC 2407 4.5" },
	{ 6, "key length", "RFC 2407 4.5" },
	{ 7, "key rounds", "RFC 2407 4.5" },
	{ 8, "compress dictionary size", "RFC 2407 4.5" },
	{ 9, "compress private algorithm", "RFC 2407 4.5" },
	{ 10, "ECN tunnel", "RFC 3168 9.2.1" },
	{ 11, "extended sequence number", "RFC 4304" },
	{ 12, "authentication key length", "RFC 4359" },
	{ 13, "signature encoding", "RFC 4359" },
	{ 14, "address preservation", "RFC 6407" },
	{ 15, "SA direction", "RFC 6407" },
	{ 32001, "security context", "libreswan, SELinux" },
};

static const struct number_row v1_notifies[] = {
	{ 1, "INVALID-PAYLOAD-TYPE", "RFC 2408 3.14.1" },
	{ 2, "DOI-NOT-SUPPORTED", "RFC 2408 3.14.1" },
	{ 3, "SITUATION-NOT-SUPPORTED", "RFC 2408 3.14.1" },
	{ 4, "INVALID-COOKIE", "RFC 2408 3.14.1" },
	{ 5, "INVALID-MAJOR-VERSION", "RFC 2408 3.14.1" },
	{ 6, "INVALID-MINOR-VERSION", "RFC 2408 3.14.1" },
	{ 7, "INVALID-EXCHANGE-TYPE", "RFC 2408 3.14.1" },
	{ 8, "INVALID-FLAGS", "RFC 2408 3.14.1" },
	{ 9, "INVALID-MESSAGE-ID", "RFC 2408 3.14.1" },
	{ 10, "INVALID-PROTOCOL-ID", "RFC 2408 3.14.1" },
	{ 11, "INVALID-SPI", "RFC 2408 3.14.1" },
	{ 12, "INVALID-TRANSFORM-ID", "RFC 2408 3.14.1" },
	{ 13, "ATTRIBUTES-NOT-SUPPORTED", "RFC 2408 3.14.1" },
	{ 14, "NO-PROPOSAL-CHOSEN", "RFC 2408 3.14.1" },
	{ 15, "BAD-PROPOSAL-SYNTAX", "RFC 2408 3.14.1" },
	{ 16, "PAYLOAD-MALFORMED", "RFC 2408 3.14.1" },
	{ 17, "INVALID-KEY-INFORMATION", "RFC 2408 3.14.1" },
	{ 18, "INVALID-ID-INFORMATION", "RFC 2408 3.14.1" },
	{ 19, "INVALID-CERT-ENCODING", "RFC 2408 3.14.1" },
	{ 20, "INVALID-CERTIFICATE", "RFC 2408 3.14.1" },
	{ 21, "CERT-TYPE-UNSUPPORTED", "RFC 2408 3.14.1" },
	{ 22, "INVALID-CERT-AUTHORITY", "RFC 2408 3.14.1" },
	{ 23, "INVALID-HASH-INFORMATION", "RFC 2408 3.14.1" },
	{ 24, "AUTHENTICATION-FAILED", "RFC 2408 3.14.1" },
	{ 25, "INVALID-SIGNATURE", "RFC 2408 3.14.1" },
	{ 26, "ADDRESS-NOTIFICATION", "RFC 2408 3.14.1" },
	{ 27, "NOTIFY-SA-LIFETIME", "RFC 2408 3.14.1" },
	{ 28, "CERTIFICATE-UNAVAILABLE", "RFC 2408 3.14.1" },
	{ 29, "UNSUPPORTED-EXCHANGE-TYPE", "RFC 2408 3.14.1" },
	{ 30, "UNEQUAL-PAYLOAD-LENGTHS", "RFC 2408 3.14.1" },
	{ 9101, "Checkpoint-Firewall-1", "Check Point" },
	{ 9110, "Checkpoint-Link", "Check Point" },
	{ 16384, "CONNECTED", "RFC 2408 3.14.1" },
	{ 24576, "RESPONDER-LIFETIME", "RFC 2407 4.6.3.1" },
	{ 24577, "REPLAY-STATUS", "RFC 2407 4.6.3.2" },
	{ 24578, "INITIAL-CONTACT", "RFC 2407 4.6.3.3" },
	{ 30000, "CISCO-HELLO", "Cisco; libreswan" },
	{ 30001, "CISCO-WWTEBR", "Cisco; libreswan" },
	{ 30002, "CISCO-SHUT-UP", "Cisco; libreswan" },
	{ 32768, "IOS-KEEP-ALIVE-REQ", "Cisco; libreswan" },
	{ 32769, "IOS-KEEP-ALIVE-ACK", "Cisco; libreswan" },
	{ 36136, "R-U-THERE", "RFC 3706 5.4" },
	{ 36137, "R-U-THERE-ACK", "RFC 3706 5.4" },
	{ 40501, "UNITY-LOAD-BALANCE", "Cisco; Wireshark" },
	{ 40502, "UNITY-UNKNOWN", "Cisco; Wireshark" },
	{ 40503, "UNITY-GROUP-HASH", "Cisco; Wireshark" },
};

static const struct number_row v1_auths[] = {
	{ 1, "pre-shared key", "RFC 2409 A" },
	{ 2, "DSS signatures", "RFC 2409 A" },
	{ 3, "RSA signatures", "RFC 2409 A" },
	{ 4, "RSA encryption", "RFC 2409 A" },
	{ 5, "revised RSA encryption", "RFC 2409 A" },
	{ 6, "ElGamal encryption", "registry ipsec-registry" },
	{ 7, "revised ElGamal encryption", "registry ipsec-registry" },
	{ 8, "ECDSA signatures", "registry ipsec-registry" },
	{ 9, "ECDSA-256", "RFC 4754" },
	{ 10, "ECDSA-384", "RFC 4754" },
	{ 11, "ECDSA-521", "RFC 4754" },
	{ 64221, "hybrid RSA (initiator)", "draft-ietf-ipsec-isakmp-hybrid-auth-05" },
	{ 64222, "hybrid RSA (responder)", "draft-ietf-ipsec-isakmp-hybrid-auth-05" },
	{ 64223, "hybrid DSS (initiator)", "draft-ietf-ipsec-isakmp-hybrid-auth-05" },
	{ 64224, "hybrid DSS (responder)", "draft-ietf-ipsec-isakmp-hybrid-auth-05" },
	{ 65001, "XAUTH pre-shared key (initiator)", "draft-beaulieu-ike-xauth-02" },
	{ 65002, "XAUTH pre-shared key (responder)", "draft-beaulieu-ike-xauth-02" },
	{ 65003, "XAUTH DSS signatures (initiator)", "draft-beaulieu-ike-xauth-02" },
	{ 65004, "XAUTH DSS signatures (responder)", "draft-beaulieu-ike-xauth-02" },
	{ 65005, "XAUTH RSA signatures (initiator)", "draft-beaulieu-ike-xauth-02" },
	{ 65006, "XAUTH RSA signatures (responder)", "draft-beaulieu-ike-xauth-02" },
	{ 65007, "XAUTH RSA encryption (initiator)", "draft-beaulieu-ike-xauth-02" },
	{ 65008, "XAUTH RSA encryption (responder)", "draft-beaulieu-ike-xauth-02" },
	{ 65009, "XAUTH revised RSA encryption (initiator)", "draft-beaulieu-ike-xauth-02" },
	{ 65010, "XAUTH revised RSA encryption (responder)", "draft-beaulieu-ike-xauth-02" },
};

static const struct number_row v1_life_types[] = {
	{ 1, "seconds", "RFC 2409 A" },
	{ 2, "kilobytes", "RFC 2409 A" },
};

static const struct number_row v1_encapsulations[] = {
	{ 1, "tunnel", "RFC 2407 4.5" },
	{ 2, "transport", "RFC 2407 4.5" },
	{ 3, "UDP tunnel", "RFC 3947 5.1" },
	{ 4, "UDP transport", "RFC 3947 5.1" },
	{ 61443, "UDP tunnel (draft)", "draft-ietf-ipsec-nat-t-ike-00..03" },
	{ 61444, "UDP transport (draft)", "draft-ietf-ipsec-nat-t-ike-00..03" },
};

static const struct number_row v1_config_types[] = {
	{ 1, "REQUEST", "draft-ietf-ipsec-isakmp-mode-cfg-05" },
	{ 2, "REPLY", "draft-ietf-ipsec-isakmp-mode-cfg-05" },
	{ 3, "SET", "draft-ietf-ipsec-isakmp-mode-cfg-05" },
	{ 4, "ACK", "draft-ietf-ipsec-isakmp-mode-cfg-05" },
};

#define MODE_CFG "draft-ietf-ipsec-isakmp-mode-cfg-05"
#define XAUTH	 "draft-beaulieu-ike-xauth-02"
static const struct number_row v1_config_attributes[] = {
	{ 1, "INTERNAL_IP4_ADDRESS", MODE_CFG },
	{ 2, "INTERNAL_IP4_NETMASK", MODE_CFG },
	{ 3, "INTERNAL_IP4_DNS", MODE_CFG },
	{ 4, "INTERNAL_IP4_NBNS", MODE_CFG },
	{ 5, "INTERNAL_ADDRESS_EXPIRY", MODE_CFG },
	{ 6, "INTERNAL_IP4_DHCP", MODE_CFG },
	{ 7, "APPLICATION_VERSION", MODE_CFG },
	{ 8, "INTERNAL_IP6_ADDRESS", MODE_CFG },
	{ 9, "INTERNAL_IP6_NETMASK", MODE_CFG },
	{ 10, "INTERNAL_IP6_DNS", MODE_CFG },
	{ 11, "INTERNAL_IP6_NBNS", MODE_CFG },
	{ 12, "INTERNAL_IP6_DHCP", MODE_CFG },
	{ 13, "INTERNAL_IP4_SUBNET", MODE_CFG },
	{ 14, "SUPPORTED_ATTRIBUTES", MODE_CFG },
	{ 15, "INTERNAL_IP6_SUBNET", MODE_CFG },
	{ 16387, "CHKPT_DEF_DOMAIN", "Check Point; Wireshark" },
	{ 16388, "CHKPT_MAC_ADDRESS", "Check Point; Wireshark" },
	{ 16389, "CHKPT_MARCIPAN_REASON_CODE", "Check Point; Wireshark" },
	{ 16520, "XAUTH_TYPE", XAUTH },
	{ 16521, "XAUTH_USER_NAME", XAUTH },
	{ 16522, "XAUTH_USER_PASSWORD", XAUTH },
	{ 16523, "XAUTH_PASSCODE", XAUTH },
	{ 16524, "XAUTH_MESSAGE", XAUTH },
	{ 16525, "XAUTH_CHALLENGE", XAUTH },
	{ 16526, "XAUTH_DOMAIN", XAUTH },
	{ 16527, "XAUTH_STATUS", XAUTH },
	{ 16528, "XAUTH_NEXT_PIN", XAUTH },
	{ 16529, "XAUTH_ANSWER", XAUTH },
	{ 28672, "UNITY_BANNER", "Cisco Unity" },
	{ 28673, "UNITY_SAVE_PASSWD", "Cisco Unity" },
	{ 28674, "UNITY_DEF_DOMAIN", "Cisco Unity" },
	{ 28675, "UNITY_SPLITDNS_NAME", "Cisco Unity" },
	{ 28676, "UNITY_SPLIT_INCLUDE", "Cisco Unity" },
	{ 28677, "UNITY_NATT_PORT", "Cisco Unity" },
	{ 28678, "UNITY_LOCAL_LAN", "Cisco Unity" },
	{ 28679, "UNITY_PFS", "Cisco Unity" },
	{ 28680, "UNITY_FW_TYPE", "Cisco Unity" },
	{ 28681, "UNITY_BACKUP_SERVERS", "Cisco Unity" },
	{ 28682, "UNITY_DDNS_HOSTNAME", "Cisco Unity" },
};

static const struct number_row certs[] = {
	{ 1, "PKCS #7", "RFC 7296 3.6" },
	{ 2, "PGP", "RFC 7296 3.6" },
	{ 3, "DNS signed key", "RFC 7296 3.6" },
	{ 4, "X.509 signature", "RFC 7296 3.6" },
	{ 5, "X.509 key exchange", "RFC 2408 3.9" },
	{ 6, "Kerberos token", "RFC 7296 3.6" },
	{ 7, "CRL", "RFC 7296 3.6" },
	{ 8, "ARL", "RFC 7296 3.6" },
	{ 9, "SPKI", "RFC 7296 3.6" },
	{ 10, "X.509 attribute", "RFC 7296 3.6" },
	{ 11, "raw RSA key", "RFC 4306 3.6" },
	{ 12, "hash and URL of X.509", "RFC 7296 3.6" },
	{ 13, "hash and URL of bundle", "RFC 7296 3.6" },
	{ 14, "OCSP content", "RFC 4806" },
	{ 15, "raw public key", "RFC 7670" },
};

static const struct number_row ipcomps[] = {
	{ 1, "OUI", "RFC 2407 4.4.5" },
	{ 2, "DEFLATE", "RFC 2394" },
	{ 3, "LZS", "RFC 2395" },
	{ 4, "LZJH", "RFC 3051" },
};

static const struct number_row protocols[] = {
	{ 0, "none", "RFC 7296 3.10" },
	{ 1, "IKE", "RFC 7296 3.3.1" },
	{ 2, "AH", "RFC 7296 3.3.1" },
	{ 3, "ESP", "RFC 7296 3.3.1" },
	{ 4, "IPCOMP", "RFC 2407 4.4.1" },
	{ 5, "FC_CT", "RFC 4595" },
	{ 6, "GIKE_UPDATE", "RFC 9838" },
};

static const struct number_row v2_payloads[] = {
	{ 33, "SA", "RFC 7296 3.3" },
	{ 34, "KE", "RFC 7296 3.4" },
	{ 35, "IDi", "RFC 7296 3.5" },
	{ 36, "IDr", "RFC 7296 3.5" },
	{ 37, "CERT", "RFC 7296 3.6" },
	{ 38, "CERTREQ", "RFC 7296 3.7" },
	{ 39, "AUTH", "RFC 7296 3.8" },
	{ 40, "NONCE", "RFC 7296 3.9" },
	{ 41, "N", "RFC 7296 3.10" },
	{ 42, "D", "RFC 7296 3.11" },
	{ 43, "VID", "RFC 7296 3.12" },
	{ 44, "TSi", "RFC 7296 3.13" },
	{ 45, "TSr", "RFC 7296 3.13" },
	{ 46, "SK", "RFC 7296 3.14" },
	{ 47, "CP", "RFC 7296 3.15" },
	{ 48, "EAP", "RFC 7296 3.16" },
	{ 49, "GSPM", "RFC 6467" },
	{ 50, "IDg", "RFC 9838" },
	{ 51, "GSA", "RFC 9838" },
	{ 52, "KD", "RFC 9838" },
	{ 53, "SKF", "RFC 7383 2.5" },
	{ 54, "PS", "RFC 8019" },
};

static const struct number_row v2_exchanges[] = {
	{ 34, "IKE_SA_INIT", "RFC 7296 1.2" },
	{ 35, "IKE_AUTH", "RFC 7296 1.2" },
	{ 36, "CREATE_CHILD_SA", "RFC 7296 1.3" },
	{ 37, "INFORMATIONAL", "RFC 7296 1.4" },
	{ 38, "IKE_SESSION_RESUME", "RFC 5723" },
	{ 39, "GSA_AUTH", "RFC 9838" },
	{ 40, "GSA_REGISTRATION", "RFC 9838" },
	{ 41, "GSA_REKEY", "RFC 9838" },
	{ 42, "GSA_INBAND_REKEY", "RFC 9838" },
	{ 43, "IKE_INTERMEDIATE", "RFC 9242" },
	{ 44, "IKE_FOLLOWUP_KE", "RFC 9370" },
};

static const struct number_row v2_notifies[] = {
	{ 1, "UNSUPPORTED_CRITICAL_PAYLOAD", "RFC 7296 3.10.1" },
	{ 4, "INVALID_IKE_SPI", "RFC 7296 3.10.1" },
	{ 5, "INVALID_MAJOR_VERSION", "RFC 7296 3.10.1" },
	{ 7, "INVALID_SYNTAX", "RFC 7296 3.10.1" },
	{ 9, "INVALID_MESSAGE_ID", "RFC 7296 3.10.1" },
	{ 11, "INVALID_SPI", "RFC 7296 3.10.1" },
	{ 14, "NO_PROPOSAL_CHOSEN", "RFC 7296 3.10.1" },
	{ 17, "INVALID_KE_PAYLOAD", "RFC 7296 3.10.1" },
	{ 24, "AUTHENTICATION_FAILED", "RFC 7296 3.10.1" },
	{ 34, "SINGLE_PAIR_REQUIRED", "RFC 7296 3.10.1" },
	{ 35, "NO_ADDITIONAL_SAS", "RFC 7296 3.10.1" },
	{ 36, "INTERNAL_ADDRESS_FAILURE", "RFC 7296 3.10.1" },
	{ 37, "FAILED_CP_REQUIRED", "RFC 7296 3.10.1" },
	{ 38, "TS_UNACCEPTABLE", "RFC 7296 3.10.1" },
	{ 39, "INVALID_SELECTORS", "RFC 7296 3.10.1" },
	{ 40, "UNACCEPTABLE_ADDRESSES", "RFC 4555" },
	{ 41, "UNEXPECTED_NAT_DETECTED", "RFC 4555" },
	{ 42, "USE_ASSIGNED_HoA", "RFC 5026" },
	{ 43, "TEMPORARY_FAILURE", "RFC 7296 3.10.1" },
	{ 44, "CHILD_SA_NOT_FOUND", "RFC 7296 3.10.1" },
	{ 45, "INVALID_GROUP_ID", "RFC 9838" },
	{ 46, "AUTHORIZATION_FAILED", "RFC 9838" },
	{ 47, "STATE_NOT_FOUND", "RFC 9370" },
	{ 48, "TS_MAX_QUEUE", "RFC 9611" },
	{ 49, "REGISTRATION_FAILED", "RFC 9838" },
	{ 8192, "PDN_CONNECTION_REJECTION", "3GPP TS 24.302" },
	{ 8193, "MAX_CONNECTION_REACHED", "3GPP TS 24.302" },
	{ 8241, "SEMANTIC_ERROR_IN_THE_TFT_OPERATION", "3GPP TS 24.302" },
	{ 8242, "SYNTACTICAL_ERROR_IN_THE_TFT_OPERATION", "3GPP TS 24.302" },
	{ 8244, "SEMANTIC_ERRORS_IN_PACKET_FILTERS", "3GPP TS 24.302" },
	{ 8245, "SYNTACTICAL_ERRORS_IN_PACKET_FILTERS", "3GPP TS 24.302" },
	{ 9000, "NON_3GPP_ACCESS_TO_EPC_NOT_ALLOWED", "3GPP TS 24.302" },
	{ 9001, "USER_UNKNOWN", "3GPP TS 24.302" },
	{ 9002, "NO_APN_SUBSCRIPTION", "3GPP TS 24.302" },
	{ 9003, "AUTHORIZATION_REJECTED", "3GPP TS 24.302" },
	{ 9006, "ILLEGAL_ME", "3GPP TS 24.302" },
	{ 10500, "NETWORK_FAILURE", "3GPP TS 24.302" },
	{ 11001, "RAT_TYPE_NOT_ALLOWED", "3GPP TS 24.302" },
	{ 11005, "IMEI_NOT_ACCEPTED", "3GPP TS 24.302" },
	{ 11011, "PLMN_NOT_ALLOWED", "3GPP TS 24.302" },
	{ 11055, "UNAUTHENTICATED_EMERGENCY_NOT_SUPPORTED", "3GPP TS 24.302" },
	{ 12345, "MS_NOTIFY_STATUS", "Microsoft; strongSwan" },
	{ 15500, "CONGESTION", "3GPP TS 24.502" },
	{ 16384, "INITIAL_CONTACT", "RFC 7296 3.10.1" },
	{ 16385, "SET_WINDOW_SIZE", "RFC 7296 3.10.1" },
	{ 16386, "ADDITIONAL_TS_POSSIBLE", "RFC 7296 3.10.1" },
	{ 16387, "IPCOMP_SUPPORTED", "RFC 7296 3.10.1" },
	{ 16388, "NAT_DETECTION_SOURCE_IP", "RFC 7296 3.10.1" },
	{ 16389, "NAT_DETECTION_DESTINATION_IP", "RFC 7296 3.10.1" },
	{ 16390, "COOKIE", "RFC 7296 3.10.1" },
	{ 16391, "USE_TRANSPORT_MODE", "RFC 7296 3.10.1" },
	{ 16392, "HTTP_CERT_LOOKUP_SUPPORTED", "RFC 7296 3.10.1" },
	{ 16393, "REKEY_SA", "RFC 7296 3.10.1" },
	{ 16394, "ESP_TFC_PADDING_NOT_SUPPORTED", "RFC 7296 3.10.1" },
	{ 16395, "NON_FIRST_FRAGMENTS_ALSO", "RFC 7296 3.10.1" },
	{ 16396, "MOBIKE_SUPPORTED", "RFC 4555" },
	{ 16397, "ADDITIONAL_IP4_ADDRESS", "RFC 4555" },
	{ 16398, "ADDITIONAL_IP6_ADDRESS", "RFC 4555" },
	{ 16399, "NO_ADDITIONAL_ADDRESSES", "RFC 4555" },
	{ 16400, "UPDATE_SA_ADDRESSES", "RFC 4555" },
	{ 16401, "COOKIE2", "RFC 4555" },
	{ 16402, "NO_NATS_ALLOWED", "RFC 4555" },
	{ 16403, "AUTH_LIFETIME", "RFC 4478" },
	{ 16404, "MULTIPLE_AUTH_SUPPORTED", "RFC 4739" },
	{ 16405, "ANOTHER_AUTH_FOLLOWS", "RFC 4739" },
	{ 16406, "REDIRECT_SUPPORTED", "RFC 5685" },
	{ 16407, "REDIRECT", "RFC 5685" },
	{ 16408, "REDIRECTED_FROM", "RFC 5685" },
	{ 16409, "TICKET_LT_OPAQUE", "RFC 5723" },
	{ 16410, "TICKET_REQUEST", "RFC 5723" },
	{ 16411, "TICKET_ACK", "RFC 5723" },
	{ 16412, "TICKET_NACK", "RFC 5723" },
	{ 16413, "TICKET_OPAQUE", "RFC 5723" },
	{ 16414, "LINK_ID", "RFC 5739" },
	{ 16415, "USE_WESP_MODE", "RFC 5840" },
	{ 16416, "ROHC_SUPPORTED", "RFC 5857" },
	{ 16417, "EAP_ONLY_AUTHENTICATION", "RFC 5998" },
	{ 16418, "CHILDLESS_IKEV2_SUPPORTED", "RFC 6023" },
	{ 16419, "QUICK_CRASH_DETECTION", "RFC 6290" },
	{ 16420, "IKEV2_MESSAGE_ID_SYNC_SUPPORTED", "RFC 6311" },
	{ 16421, "IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED", "RFC 6311" },
	{ 16422, "IKEV2_MESSAGE_ID_SYNC", "RFC 6311" },
	{ 16423, "IPSEC_REPLAY_COUNTER_SYNC", "RFC 6311" },
	{ 16424, "SECURE_PASSWORD_METHODS", "RFC 6467" },
	{ 16425, "PSK_PERSIST", "RFC 6631" },
	{ 16426, "PSK_CONFIRM", "RFC 6631" },
	{ 16427, "ERX_SUPPORTED", "RFC 6867" },
	{ 16428, "IFOM_CAPABILITY", "3GPP TS 24.303" },
	{ 16429, "GROUP_SENDER", "RFC 9838" },
	{ 16430, "IKEV2_FRAGMENTATION_SUPPORTED", "RFC 7383" },
	{ 16431, "SIGNATURE_HASH_ALGORITHMS", "RFC 7427" },
	{ 16432, "CLONE_IKE_SA_SUPPORTED", "RFC 7791" },
	{ 16433, "CLONE_IKE_SA", "RFC 7791" },
	{ 16434, "PUZZLE", "RFC 8019" },
	{ 16435, "USE_PPK", "RFC 8784" },
	{ 16436, "PPK_IDENTITY", "RFC 8784" },
	{ 16437, "NO_PPK_AUTH", "RFC 8784" },
	{ 16438, "INTERMEDIATE_EXCHANGE_SUPPORTED", "RFC 9242" },
	{ 16439, "IP4_ALLOWED", "RFC 8983" },
	{ 16440, "IP6_ALLOWED", "RFC 8983" },
	{ 16441, "ADDITIONAL_KEY_EXCHANGE", "RFC 9370" },
	{ 16442, "USE_AGGFRAG", "RFC 9347" },
	{ 16443, "SUPPORTED_AUTH_METHODS", "RFC 9593" },
	{ 16444, "SA_RESOURCE_INFO", "RFC 9611" },
	{ 16445, "USE_PPK_INT", "RFC 9867" },
	{ 16446, "PPK_IDENTITY_KEY", "RFC 9867" },
	{ 16447, "IKE_SA_INIT_FULL_TRANSCRIPT_AUTH", "draft-ietf-ipsecme-ikev2-downgrade-prevention" },
	{ 40960, "NULL_AUTH", "libreswan" },
	{ 40961, "USE_BEET_MODE", "strongSwan; in 3GPP TS 24.302 REACTIVATION_REQUESTED_CAUSE" },
	{ 40969, "RADIUS_ATTRIBUTE", "strongSwan" },
	{ 41041, "BACKOFF_TIMER", "3GPP TS 24.302" },
	{ 41050, "PDN_TYPE_IPv4_ONLY_ALLOWED", "3GPP TS 24.302" },
	{ 41051, "PDN_TYPE_IPv6_ONLY_ALLOWED", "3GPP TS 24.302" },
	{ 41101, "DEVICE_IDENTITY", "3GPP TS 24.302" },
	{ 41112, "EMERGENCY_SUPPORT", "3GPP TS 24.302" },
	{ 41134, "EMERGENCY_CALL_NUMBERS", "3GPP TS 24.302" },
	{ 41288, "NBIFOM_GENERIC_CONTAINER", "3GPP TS 24.302" },
	{ 41304, "P-CSCF_RESELECTION_SUPPORT", "3GPP TS 24.302" },
	{ 41501, "PTI", "3GPP TS 24.302" },
	{ 50208, "PPK_IDENTITY_KEY", "draft-ietf-ipsecme-ikev2-qr-alt; libreswan" },
	{ 50209, "USE_PPK_INT", "draft-ietf-ipsecme-ikev2-qr-alt; libreswan" },
	{ 51015, "N1_MODE_CAPABILITY", "3GPP TS 24.302" },
	{ 51115, "N1_MODE_INFORMATION", "3GPP TS 24.302" },
	{ 55501, "5G_QOS_INFO", "3GPP TS 24.502" },
	{ 55502, "NAS_IP4_ADDRESS", "3GPP TS 24.502" },
	{ 55503, "NAS_IP6_ADDRESS", "3GPP TS 24.502" },
	{ 55504, "UP_IP4_ADDRESS", "3GPP TS 24.502" },
	{ 55505, "UP_IP6_ADDRESS", "3GPP TS 24.502" },
	{ 55506, "NAS_TCP_PORT", "3GPP TS 24.502" },
	{ 55507, "N3GPP_BACKOFF_TIMER", "3GPP TS 24.502" },
};

static const struct number_row v2_transforms[] = {
	{ 1, "ENCR", "RFC 7296 3.3.2" },
	{ 2, "PRF", "RFC 7296 3.3.2" },
	{ 3, "INTEG", "RFC 7296 3.3.2" },
	{ 4, "DH", "RFC 7296 3.3.2" },
	{ 5, "ESN", "RFC 7296 3.3.2" },
	{ 6, "ADDKE1", "RFC 9370" },
	{ 7, "ADDKE2", "RFC 9370" },
	{ 8, "ADDKE3", "RFC 9370" },
	{ 9, "ADDKE4", "RFC 9370" },
	{ 10, "ADDKE5", "RFC 9370" },
	{ 11, "ADDKE6", "RFC 9370" },
	{ 12, "ADDKE7", "RFC 9370" },
	{ 13, "KWA", "RFC 9838" },
	{ 14, "GCAUTH", "RFC 9838" },
};

static const struct number_row v2_auths[] = {
	{ 1, "RSA signature", "RFC 7296 3.8" },
	{ 2, "shared key", "RFC 7296 3.8" },
	{ 3, "DSS signature", "RFC 7296 3.8" },
	{ 9, "ECDSA-256", "RFC 4754" },
	{ 10, "ECDSA-384", "RFC 4754" },
	{ 11, "ECDSA-521", "RFC 4754" },
	{ 12, "secure password", "RFC 6467" },
	{ 13, "NULL", "RFC 7619" },
	{ 14, "digital signature", "RFC 7427" },
};

static const struct number_row v2_config_types[] = {
	{ 1, "CFG_REQUEST", "RFC 7296 3.15" },
	{ 2, "CFG_REPLY", "RFC 7296 3.15" },
	{ 3, "CFG_SET", "RFC 7296 3.15" },
	{ 4, "CFG_ACK", "RFC 7296 3.15" },
};

static const struct number_row v2_config_attributes[] = {
	{ 1, "INTERNAL_IP4_ADDRESS", "RFC 7296 3.15.1" },
	{ 2, "INTERNAL_IP4_NETMASK", "RFC 7296 3.15.1" },
	{ 3, "INTERNAL_IP4_DNS", "RFC 7296 3.15.1" },
	{ 4, "INTERNAL_IP4_NBNS", "RFC 7296 3.15.1" },
	{ 6, "INTERNAL_IP4_DHCP", "RFC 7296 3.15.1" },
	{ 7, "APPLICATION_VERSION", "RFC 7296 3.15.1" },
	{ 8, "INTERNAL_IP6_ADDRESS", "RFC 7296 3.15.1" },
	{ 10, "INTERNAL_IP6_DNS", "RFC 7296 3.15.1" },
	{ 12, "INTERNAL_IP6_DHCP", "RFC 7296 3.15.1" },
	{ 13, "INTERNAL_IP4_SUBNET", "RFC 7296 3.15.1" },
	{ 14, "SUPPORTED_ATTRIBUTES", "RFC 7296 3.15.1" },
	{ 15, "INTERNAL_IP6_SUBNET", "RFC 7296 3.15.1" },
	{ 16, "MIP6_HOME_PREFIX", "RFC 5026" },
	{ 17, "INTERNAL_IP6_LINK", "RFC 5739" },
	{ 18, "INTERNAL_IP6_PREFIX", "RFC 5739" },
	{ 19, "HOME_AGENT_ADDRESS", "3GPP TS 24.302" },
	{ 20, "P_CSCF_IP4_ADDRESS", "RFC 7651" },
	{ 21, "P_CSCF_IP6_ADDRESS", "RFC 7651" },
	{ 22, "FTT_KAT", "3GPP TS 24.302" },
	{ 23, "EXTERNAL_SOURCE_IP4_NAT_INFO", "3GPP TS 29.139" },
	{ 24, "TIMEOUT_PERIOD_FOR_LIVENESS_CHECK", "3GPP TS 24.302" },
	{ 25, "INTERNAL_DNS_DOMAIN", "RFC 8598" },
	{ 26, "INTERNAL_DNSSEC_TA", "RFC 8598" },
	{ 27, "ENCDNS_IP4", "RFC 9464" },
	{ 28, "ENCDNS_IP6", "RFC 9464" },
	{ 29, "ENCDNS_DIGEST_INFO", "RFC 9464" },
	{ 23456, "INTERNAL_IP4_SERVER", "Microsoft" },
	{ 23457, "INTERNAL_IP6_SERVER", "Microsoft" },
	{ 28672, "UNITY_BANNER", "Cisco Unity" },
	{ 28674, "UNITY_DEF_DOMAIN", "Cisco Unity" },
};

static const struct number_row v2_esns[] = {
	{ 0, "no", "RFC 7296 3.3.2" },
	{ 1, "yes", "RFC 7296 3.3.2" },
	{ 2, "unspecified numbers", "RFC 9827" },
};

static const struct number_row v1_ciphers[] = {
	{ 2, "IDEA-CBC", "RFC 2409 A" },
	{ 4, "RC5-R16-B64-CBC", "RFC 2409 A" },
	{ 13, "AES-CTR", "libreswan" },
	{ 65004, "Serpent-CBC", "libreswan, strongSwan" },
	{ 65005, "Twofish-CBC", "libreswan, strongSwan" },
};

static const struct number_row v1_hashes[] = {
	{ 3, "Tiger", "RFC 2409 A" },
};

static const struct number_row v1_esp_ciphers[] = {
	{ 1, "DES-IV64", "RFC 2407 4.4.4" },
	{ 4, "RC5", "RFC 2407 4.4.4" },
	{ 5, "IDEA", "RFC 2407 4.4.4" },
	{ 8, "3IDEA", "RFC 2407 4.4.4" },
	{ 9, "DES-IV32", "RFC 2407 4.4.4" },
	{ 10, "RC4", "RFC 2407 4.4.4" },
	{ 252, "Serpent", "private use; strongSwan" },
	{ 253, "Twofish", "private use; strongSwan" },
};

static const struct number_row v1_esp_auths[] = {
	{ 3, "DES-MAC", "RFC 2407 4.5" },
	{ 4, "KPDK", "RFC 2407 4.5" },
	{ 8, "RIPEMD-160", "RFC 2857" },
	{ 10, "RSA signatures", "RFC 4359" },
	{ 11, "AES-128-GMAC", "RFC 4543" },
	{ 12, "AES-192-GMAC", "RFC 4543" },
	{ 13, "AES-256-GMAC", "RFC 4543" },
};

static const struct number_row v1_ah_transforms[] = {
	{ 2, "AH MD5", "RFC 2407 4.4.3" },
	{ 3, "AH SHA-1", "RFC 2407 4.4.3" },
	{ 4, "AH DES", "RFC 2407 4.4.3" },
	{ 5, "AH SHA2-256", "RFC 4868" },
	{ 6, "AH SHA2-384", "RFC 4868" },
	{ 7, "AH SHA2-512", "RFC 4868" },
	{ 8, "AH RIPEMD-160", "RFC 2857" },
	{ 9, "AH AES-XCBC", "RFC 3566" },
	{ 10, "AH RSA", "RFC 4359" },
	{ 11, "AH AES-128-GMAC", "RFC 4543" },
	{ 12, "AH AES-192-GMAC", "RFC 4543" },
	{ 13, "AH AES-256-GMAC", "RFC 4543" },
};

static const struct number_row v2_ciphers[] = {
	{ 1, "DES-IV64", "RFC 7296 3.3.2" },
	{ 4, "RC5", "RFC 2451" },
	{ 5, "IDEA", "RFC 2451" },
	{ 8, "3IDEA", "RFC 2451" },
	{ 9, "DES-IV32", "RFC 7296 3.3.2" },
	{ 25, "Camellia-CCM-8", "RFC 5529" },
	{ 26, "Camellia-CCM-12", "RFC 5529" },
	{ 27, "Camellia-CCM-16", "RFC 5529" },
	{ 29, "AES-CCM-8-IIV", "RFC 8750" },
	{ 30, "AES-GCM-16-IIV", "RFC 8750" },
	{ 31, "ChaCha20-Poly1305-IIV", "RFC 8750" },
	{ 32, "Kuznyechik-MGM-KTREE", "RFC 9227" },
	{ 33, "Magma-MGM-KTREE", "RFC 9227" },
	{ 34, "Kuznyechik-MGM-MAC-KTREE", "RFC 9227" },
	{ 35, "Magma-MGM-MAC-KTREE", "RFC 9227" },
	{ 1026, "Serpent-CBC", "private use; strongSwan" },
	{ 1027, "Twofish-CBC", "private use; strongSwan" },
};

static const struct number_row v2_prfs[] = {
	{ 3, "PRF Tiger", "RFC 2104" },
	{ 9, "PRF Streebog-512", "RFC 9385" },
};

static const struct number_row v2_integs[] = {
	{ 3, "DES-MAC", "RFC 7296 3.3.2" },
	{ 4, "KPDK-MD5", "RFC 7296 3.3.2" },
	{ 9, "AES-128-GMAC", "RFC 4543" },
	{ 10, "AES-192-GMAC", "RFC 4543" },
	{ 11, "AES-256-GMAC", "RFC 4543" },
};

static const struct number_row groups[] = {
	{ 3, "group 3 (ec2n155)", "RFC 2409 6.3" },
	{ 4, "group 4 (ec2n185)", "RFC 2409 6.4" },
	{ 6, "group 6 (ec2n)", "registry ipsec-registry" },
	{ 7, "group 7 (ec2n)", "registry ipsec-registry" },
	{ 8, "group 8 (ec2n)", "registry ipsec-registry" },
	{ 9, "group 9 (ec2n)", "registry ipsec-registry" },
	{ 10, "group 10 (ec2n)", "registry ipsec-registry" },
	{ 11, "group 11 (ec2n)", "registry ipsec-registry" },
	{ 12, "group 12 (ec2n)", "registry ipsec-registry" },
	{ 13, "group 13 (ec2n)", "registry ipsec-registry" },
	{ 33, "group 33 (gost3410-256)", "RFC 9385" },
	{ 34, "group 34 (gost3410-512)", "RFC 9385" },
	{ 35, "group 35 (ML-KEM-512)", "draft-ietf-ipsecme-ikev2-mlkem" },
	{ 36, "group 36 (ML-KEM-768)", "draft-ietf-ipsecme-ikev2-mlkem" },
	{ 37, "group 37 (ML-KEM-1024)", "draft-ietf-ipsecme-ikev2-mlkem" },
};

/* What id.h has no row for: nobody writes these into a configuration. */
static const struct number_row ids[] = {
	{ 12, "ID_FC_NAME or ID_LIST", "RFC 4595; IKEv1: RFC 3554" },
	{ 13, "ID_NULL", "RFC 7619" },
};

#define TABLE(rows) { rows, ARRAY_SIZE(rows) }
static const struct {
	const struct number_row *rows;
	size_t count;
} tables[] = {
	[NUMBER_V1_PAYLOAD] = TABLE(v1_payloads),
	[NUMBER_V1_EXCHANGE] = TABLE(v1_exchanges),
	[NUMBER_V1_ATTRIBUTE] = TABLE(v1_attributes),
	[NUMBER_V1_ESP_ATTRIBUTE] = TABLE(v1_esp_attributes),
	[NUMBER_V1_NOTIFY] = TABLE(v1_notifies),
	[NUMBER_V1_AUTH] = TABLE(v1_auths),
	[NUMBER_V1_LIFE_TYPE] = TABLE(v1_life_types),
	[NUMBER_V1_ENCAPSULATION] = TABLE(v1_encapsulations),
	[NUMBER_V1_CONFIG_TYPE] = TABLE(v1_config_types),
	[NUMBER_V1_CONFIG_ATTRIBUTE] = TABLE(v1_config_attributes),
	[NUMBER_V1_CERT] = TABLE(certs),
	[NUMBER_IPCOMP] = TABLE(ipcomps),
	[NUMBER_PROTOCOL] = TABLE(protocols),
	[NUMBER_V2_PAYLOAD] = TABLE(v2_payloads),
	[NUMBER_V2_EXCHANGE] = TABLE(v2_exchanges),
	[NUMBER_V2_NOTIFY] = TABLE(v2_notifies),
	[NUMBER_V2_TRANSFORM] = TABLE(v2_transforms),
	[NUMBER_V2_AUTH] = TABLE(v2_auths),
	[NUMBER_V2_CERT] = TABLE(certs),
	[NUMBER_V2_CONFIG_TYPE] = TABLE(v2_config_types),
	[NUMBER_V2_CONFIG_ATTRIBUTE] = TABLE(v2_config_attributes),
	[NUMBER_V2_ESN] = TABLE(v2_esns),
	[NUMBER_V1_CIPHER] = TABLE(v1_ciphers),
	[NUMBER_V1_HASH] = TABLE(v1_hashes),
	[NUMBER_V1_ESP_CIPHER] = TABLE(v1_esp_ciphers),
	[NUMBER_V1_ESP_AUTH] = TABLE(v1_esp_auths),
	[NUMBER_V1_AH] = TABLE(v1_ah_transforms),
	[NUMBER_V2_CIPHER] = TABLE(v2_ciphers),
	[NUMBER_V2_PRF] = TABLE(v2_prfs),
	[NUMBER_V2_INTEG] = TABLE(v2_integs),
	[NUMBER_GROUP] = TABLE(groups),
	[NUMBER_ID] = TABLE(ids),
};
/* clang-format on */

static_assert(ARRAY_SIZE(tables) == NUMBER_TABLE_COUNT, "rows for each table");

/* The rows of a table are sorted by number. */
const struct number_row *number_find(enum number_table table, unsigned int number)
{
	size_t low = 0, high = tables[table].count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct number_row *row = &tables[table].rows[middle];

		if (row->number == number)
			return row;
		if (row->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct number_text number_text(enum number_table table, unsigned int number)
{
	const struct number_row *row = number_find(table, number);
	struct number_text text;

	if (row)
		(void)snprintf(text.s, sizeof(text.s), "%s", row->name);
	else
		(void)snprintf(text.s, sizeof(text.s), "unknown %u", number);
	return text;
}
