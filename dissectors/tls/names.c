/* names.c - what the numbers of TLS are called, and what a suite's name tells.
 *
 * Versions, suites, groups, signatures, extensions and alerts as IANA writes
 * them (TLS Parameters; TLS Extensions), with what was in use before it was
 * registered or never will be. Every table is sorted by code. */
#include "dissectors/tls/names.h"

#include <string.h>

#include "dissectors/tls/fields.h"

static const struct code_name versions[] = {
    { 0x0002, "SSL 2.0" },
    { 0x0100, "DTLS 1.0 (OpenSSL)" }, /* DTLS1_BAD_VER, before RFC 4347 */
    { 0x0101, "TLCP 1.1" },           /* GB/T 38636 */
    { 0x0300, "SSL 3.0" },
    { 0x0301, "TLS 1.0" },
    { 0x0302, "TLS 1.1" },
    { 0x0303, "TLS 1.2" },
    { 0x0304, "TLS 1.3" },
    { 0x7e01, "TLS 1.3-experiment-0x7e01" },
    { 0x7e02, "TLS 1.3-experiment-0x7e02" },
    { 0x7f0e, "TLS 1.3-draft14" },
    { 0x7f0f, "TLS 1.3-draft15" },
    { 0x7f10, "TLS 1.3-draft16" },
    { 0x7f11, "TLS 1.3-draft17" },
    { 0x7f12, "TLS 1.3-draft18" },
    { 0x7f13, "TLS 1.3-draft19" },
    { 0x7f14, "TLS 1.3-draft20" },
    { 0x7f15, "TLS 1.3-draft21" },
    { 0x7f16, "TLS 1.3-draft22" },
    { 0x7f17, "TLS 1.3-draft23" },
    { 0x7f18, "TLS 1.3-draft24" },
    { 0x7f19, "TLS 1.3-draft25" },
    { 0x7f1a, "TLS 1.3-draft26" },
    { 0x7f1b, "TLS 1.3-draft27" },
    { 0x7f1c, "TLS 1.3-draft28" },
    { 0xfb17, "TLS 1.3-experiment-0xfb17" },
    { 0xfb1a, "TLS 1.3-experiment-0xfb1a" },
    { 0xfefc, "DTLS 1.3" },
    { 0xfefd, "DTLS 1.2" },
    { 0xfeff, "DTLS 1.0" },
    { 0, NULL },
};

/* IANA's "TLS Cipher Suites", then drafts and private ones that are in use, and
 * the three-byte kinds of SSL 2 (its specification's appendix C.4). */
static const struct code_name ciphers[] = {
    { 0x0000, "TLS_NULL_WITH_NULL_NULL" },
    { 0x0001, "TLS_RSA_WITH_NULL_MD5" },
    { 0x0002, "TLS_RSA_WITH_NULL_SHA" },
    { 0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5" },
    { 0x0004, "TLS_RSA_WITH_RC4_128_MD5" },
    { 0x0005, "TLS_RSA_WITH_RC4_128_SHA" },
    { 0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5" },
    { 0x0007, "TLS_RSA_WITH_IDEA_CBC_SHA" },
    { 0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA" },
    { 0x0009, "TLS_RSA_WITH_DES_CBC_SHA" },
    { 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0x000b, "TLS_DH_DSS_EXPORT_WITH_DES40_CBC_SHA" },
    { 0x000c, "TLS_DH_DSS_WITH_DES_CBC_SHA" },
    { 0x000d, "TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA" },
    { 0x000e, "TLS_DH_RSA_EXPORT_WITH_DES40_CBC_SHA" },
    { 0x000f, "TLS_DH_RSA_WITH_DES_CBC_SHA" },
    { 0x0010, "TLS_DH_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0x0011, "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA" },
    { 0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA" },
    { 0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA" },
    { 0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA" },
    { 0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA" },
    { 0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0x0017, "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5" },
    { 0x0018, "TLS_DH_anon_WITH_RC4_128_MD5" },
    { 0x0019, "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA" },
    { 0x001a, "TLS_DH_anon_WITH_DES_CBC_SHA" },
    { 0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA" },
    { 0x001c, "SSL_FORTEZZA_KEA_WITH_NULL_SHA" },
    { 0x001d, "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA" },
    { 0x001e, "TLS_KRB5_WITH_DES_CBC_SHA" },
    { 0x001f, "TLS_KRB5_WITH_3DES_EDE_CBC_SHA" },
    { 0x0020, "TLS_KRB5_WITH_RC4_128_SHA" },
    { 0x0021, "TLS_KRB5_WITH_IDEA_CBC_SHA" },
    { 0x0022, "TLS_KRB5_WITH_DES_CBC_MD5" },
    { 0x0023, "TLS_KRB5_WITH_3DES_EDE_CBC_MD5" },
    { 0x0024, "TLS_KRB5_WITH_RC4_128_MD5" },
    { 0x0025, "TLS_KRB5_WITH_IDEA_CBC_MD5" },
    { 0x0026, "TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA" },
    { 0x0027, "TLS_KRB5_EXPORT_WITH_RC2_CBC_40_SHA" },
    { 0x0028, "TLS_KRB5_EXPORT_WITH_RC4_40_SHA" },
    { 0x0029, "TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5" },
    { 0x002a, "TLS_KRB5_EXPORT_WITH_RC2_CBC_40_MD5" },
    { 0x002b, "TLS_KRB5_EXPORT_WITH_RC4_40_MD5" },
    { 0x002c, "TLS_PSK_WITH_NULL_SHA" },
    { 0x002d, "TLS_DHE_PSK_WITH_NULL_SHA" },
    { 0x002e, "TLS_RSA_PSK_WITH_NULL_SHA" },
    { 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA" },
    { 0x0030, "TLS_DH_DSS_WITH_AES_128_CBC_SHA" },
    { 0x0031, "TLS_DH_RSA_WITH_AES_128_CBC_SHA" },
    { 0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA" },
    { 0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" },
    { 0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA" },
    { 0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA" },
    { 0x0036, "TLS_DH_DSS_WITH_AES_256_CBC_SHA" },
    { 0x0037, "TLS_DH_RSA_WITH_AES_256_CBC_SHA" },
    { 0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA" },
    { 0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA" },
    { 0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA" },
    { 0x003b, "TLS_RSA_WITH_NULL_SHA256" },
    { 0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256" },
    { 0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256" },
    { 0x003e, "TLS_DH_DSS_WITH_AES_128_CBC_SHA256" },
    { 0x003f, "TLS_DH_RSA_WITH_AES_128_CBC_SHA256" },
    { 0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256" },
    { 0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA" },
    { 0x0042, "TLS_DH_DSS_WITH_CAMELLIA_128_CBC_SHA" },
    { 0x0043, "TLS_DH_RSA_WITH_CAMELLIA_128_CBC_SHA" },
    { 0x0044, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA" },
    { 0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA" },
    { 0x0046, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA" },
    { 0x0060, "TLS_RSA_EXPORT1024_WITH_RC4_56_MD5" },
    { 0x0061, "TLS_RSA_EXPORT1024_WITH_RC2_CBC_56_MD5" },
    { 0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA" },
    { 0x0063, "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA" },
    { 0x0064, "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA" },
    { 0x0065, "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA" },
    { 0x0066, "TLS_DHE_DSS_WITH_RC4_128_SHA" },
    { 0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256" },
    { 0x0068, "TLS_DH_DSS_WITH_AES_256_CBC_SHA256" },
    { 0x0069, "TLS_DH_RSA_WITH_AES_256_CBC_SHA256" },
    { 0x006a, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256" },
    { 0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256" },
    { 0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256" },
    { 0x006d, "TLS_DH_anon_WITH_AES_256_CBC_SHA256" },
    { 0x0072, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_RMD" },
    { 0x0073, "TLS_DHE_DSS_WITH_AES_128_CBC_RMD" },
    { 0x0074, "TLS_DHE_DSS_WITH_AES_256_CBC_RMD" },
    { 0x0077, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_RMD" },
    { 0x0078, "TLS_DHE_RSA_WITH_AES_128_CBC_RMD" },
    { 0x0079, "TLS_DHE_RSA_WITH_AES_256_CBC_RMD" },
    { 0x007c, "TLS_RSA_WITH_3DES_EDE_CBC_RMD" },
    { 0x007d, "TLS_RSA_WITH_AES_128_CBC_RMD" },
    { 0x007e, "TLS_RSA_WITH_AES_256_CBC_RMD" },
    { 0x0080, "TLS_GOSTR341094_WITH_28147_CNT_IMIT" },
    { 0x0081, "TLS_GOSTR341001_WITH_28147_CNT_IMIT" },
    { 0x0082, "TLS_GOSTR341094_WITH_NULL_GOSTR3411" },
    { 0x0083, "TLS_GOSTR341001_WITH_NULL_GOSTR3411" },
    { 0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA" },
    { 0x0085, "TLS_DH_DSS_WITH_CAMELLIA_256_CBC_SHA" },
    { 0x0086, "TLS_DH_RSA_WITH_CAMELLIA_256_CBC_SHA" },
    { 0x0087, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA" },
    { 0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA" },
    { 0x0089, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA" },
    { 0x008a, "TLS_PSK_WITH_RC4_128_SHA" },
    { 0x008b, "TLS_PSK_WITH_3DES_EDE_CBC_SHA" },
    { 0x008c, "TLS_PSK_WITH_AES_128_CBC_SHA" },
    { 0x008d, "TLS_PSK_WITH_AES_256_CBC_SHA" },
    { 0x008e, "TLS_DHE_PSK_WITH_RC4_128_SHA" },
    { 0x008f, "TLS_DHE_PSK_WITH_3DES_EDE_CBC_SHA" },
    { 0x0090, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA" },
    { 0x0091, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA" },
    { 0x0092, "TLS_RSA_PSK_WITH_RC4_128_SHA" },
    { 0x0093, "TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA" },
    { 0x0094, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA" },
    { 0x0095, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA" },
    { 0x0096, "TLS_RSA_WITH_SEED_CBC_SHA" },
    { 0x0097, "TLS_DH_DSS_WITH_SEED_CBC_SHA" },
    { 0x0098, "TLS_DH_RSA_WITH_SEED_CBC_SHA" },
    { 0x0099, "TLS_DHE_DSS_WITH_SEED_CBC_SHA" },
    { 0x009a, "TLS_DHE_RSA_WITH_SEED_CBC_SHA" },
    { 0x009b, "TLS_DH_anon_WITH_SEED_CBC_SHA" },
    { 0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256" },
    { 0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384" },
    { 0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" },
    { 0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384" },
    { 0x00a0, "TLS_DH_RSA_WITH_AES_128_GCM_SHA256" },
    { 0x00a1, "TLS_DH_RSA_WITH_AES_256_GCM_SHA384" },
    { 0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256" },
    { 0x00a3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384" },
    { 0x00a4, "TLS_DH_DSS_WITH_AES_128_GCM_SHA256" },
    { 0x00a5, "TLS_DH_DSS_WITH_AES_256_GCM_SHA384" },
    { 0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256" },
    { 0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384" },
    { 0x00a8, "TLS_PSK_WITH_AES_128_GCM_SHA256" },
    { 0x00a9, "TLS_PSK_WITH_AES_256_GCM_SHA384" },
    { 0x00aa, "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256" },
    { 0x00ab, "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384" },
    { 0x00ac, "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256" },
    { 0x00ad, "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384" },
    { 0x00ae, "TLS_PSK_WITH_AES_128_CBC_SHA256" },
    { 0x00af, "TLS_PSK_WITH_AES_256_CBC_SHA384" },
    { 0x00b0, "TLS_PSK_WITH_NULL_SHA256" },
    { 0x00b1, "TLS_PSK_WITH_NULL_SHA384" },
    { 0x00b2, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256" },
    { 0x00b3, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384" },
    { 0x00b4, "TLS_DHE_PSK_WITH_NULL_SHA256" },
    { 0x00b5, "TLS_DHE_PSK_WITH_NULL_SHA384" },
    { 0x00b6, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256" },
    { 0x00b7, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384" },
    { 0x00b8, "TLS_RSA_PSK_WITH_NULL_SHA256" },
    { 0x00b9, "TLS_RSA_PSK_WITH_NULL_SHA384" },
    { 0x00ba, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0x00bb, "TLS_DH_DSS_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0x00bc, "TLS_DH_RSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0x00bd, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0x00be, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0x00bf, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0x00c0, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256" },
    { 0x00c1, "TLS_DH_DSS_WITH_CAMELLIA_256_CBC_SHA256" },
    { 0x00c2, "TLS_DH_RSA_WITH_CAMELLIA_256_CBC_SHA256" },
    { 0x00c3, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA256" },
    { 0x00c4, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256" },
    { 0x00c5, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256" },
    { 0x00c6, "TLS_SM4_GCM_SM3" },
    { 0x00c7, "TLS_SM4_CCM_SM3" },
    { 0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV" },
    { 0x1301, "TLS_AES_128_GCM_SHA256" },
    { 0x1302, "TLS_AES_256_GCM_SHA384" },
    { 0x1303, "TLS_CHACHA20_POLY1305_SHA256" },
    { 0x1304, "TLS_AES_128_CCM_SHA256" },
    { 0x1305, "TLS_AES_128_CCM_8_SHA256" },
    { 0x1306, "TLS_AEGIS_256_SHA512" },
    { 0x1307, "TLS_AEGIS_128L_SHA256" },
    { 0x16b7, "TLS_CECPQ1_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0x16b8, "TLS_CECPQ1_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0x16b9, "TLS_CECPQ1_RSA_WITH_AES_256_GCM_SHA384" },
    { 0x16ba, "TLS_CECPQ1_ECDSA_WITH_AES_256_GCM_SHA384" },
    { 0x5600, "TLS_FALLBACK_SCSV" },
    { 0xc001, "TLS_ECDH_ECDSA_WITH_NULL_SHA" },
    { 0xc002, "TLS_ECDH_ECDSA_WITH_RC4_128_SHA" },
    { 0xc003, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA" },
    { 0xc005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA" },
    { 0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA" },
    { 0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA" },
    { 0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
    { 0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
    { 0xc00b, "TLS_ECDH_RSA_WITH_NULL_SHA" },
    { 0xc00c, "TLS_ECDH_RSA_WITH_RC4_128_SHA" },
    { 0xc00d, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc00e, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA" },
    { 0xc00f, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA" },
    { 0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA" },
    { 0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA" },
    { 0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" },
    { 0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" },
    { 0xc015, "TLS_ECDH_anon_WITH_NULL_SHA" },
    { 0xc016, "TLS_ECDH_anon_WITH_RC4_128_SHA" },
    { 0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA" },
    { 0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA" },
    { 0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA" },
    { 0xc01a, "TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc01b, "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc01c, "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA" },
    { 0xc01d, "TLS_SRP_SHA_WITH_AES_128_CBC_SHA" },
    { 0xc01e, "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA" },
    { 0xc01f, "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA" },
    { 0xc020, "TLS_SRP_SHA_WITH_AES_256_CBC_SHA" },
    { 0xc021, "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA" },
    { 0xc022, "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA" },
    { 0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
    { 0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" },
    { 0xc025, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256" },
    { 0xc026, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384" },
    { 0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256" },
    { 0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384" },
    { 0xc029, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256" },
    { 0xc02a, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384" },
    { 0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
    { 0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
    { 0xc02d, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256" },
    { 0xc02e, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384" },
    { 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
    { 0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
    { 0xc031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256" },
    { 0xc032, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384" },
    { 0xc033, "TLS_ECDHE_PSK_WITH_RC4_128_SHA" },
    { 0xc034, "TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA" },
    { 0xc035, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA" },
    { 0xc036, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA" },
    { 0xc037, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256" },
    { 0xc038, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384" },
    { 0xc039, "TLS_ECDHE_PSK_WITH_NULL_SHA" },
    { 0xc03a, "TLS_ECDHE_PSK_WITH_NULL_SHA256" },
    { 0xc03b, "TLS_ECDHE_PSK_WITH_NULL_SHA384" },
    { 0xc03c, "TLS_RSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc03d, "TLS_RSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc03e, "TLS_DH_DSS_WITH_ARIA_128_CBC_SHA256" },
    { 0xc03f, "TLS_DH_DSS_WITH_ARIA_256_CBC_SHA384" },
    { 0xc040, "TLS_DH_RSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc041, "TLS_DH_RSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc042, "TLS_DHE_DSS_WITH_ARIA_128_CBC_SHA256" },
    { 0xc043, "TLS_DHE_DSS_WITH_ARIA_256_CBC_SHA384" },
    { 0xc044, "TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc045, "TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc046, "TLS_DH_anon_WITH_ARIA_128_CBC_SHA256" },
    { 0xc047, "TLS_DH_anon_WITH_ARIA_256_CBC_SHA384" },
    { 0xc048, "TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc049, "TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc04a, "TLS_ECDH_ECDSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc04b, "TLS_ECDH_ECDSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc04c, "TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc04d, "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc04e, "TLS_ECDH_RSA_WITH_ARIA_128_CBC_SHA256" },
    { 0xc04f, "TLS_ECDH_RSA_WITH_ARIA_256_CBC_SHA384" },
    { 0xc050, "TLS_RSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc051, "TLS_RSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc052, "TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc053, "TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc054, "TLS_DH_RSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc055, "TLS_DH_RSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc056, "TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256" },
    { 0xc057, "TLS_DHE_DSS_WITH_ARIA_256_GCM_SHA384" },
    { 0xc058, "TLS_DH_DSS_WITH_ARIA_128_GCM_SHA256" },
    { 0xc059, "TLS_DH_DSS_WITH_ARIA_256_GCM_SHA384" },
    { 0xc05a, "TLS_DH_anon_WITH_ARIA_128_GCM_SHA256" },
    { 0xc05b, "TLS_DH_anon_WITH_ARIA_256_GCM_SHA384" },
    { 0xc05c, "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc05d, "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc05e, "TLS_ECDH_ECDSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc05f, "TLS_ECDH_ECDSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc060, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc062, "TLS_ECDH_RSA_WITH_ARIA_128_GCM_SHA256" },
    { 0xc063, "TLS_ECDH_RSA_WITH_ARIA_256_GCM_SHA384" },
    { 0xc064, "TLS_PSK_WITH_ARIA_128_CBC_SHA256" },
    { 0xc065, "TLS_PSK_WITH_ARIA_256_CBC_SHA384" },
    { 0xc066, "TLS_DHE_PSK_WITH_ARIA_128_CBC_SHA256" },
    { 0xc067, "TLS_DHE_PSK_WITH_ARIA_256_CBC_SHA384" },
    { 0xc068, "TLS_RSA_PSK_WITH_ARIA_128_CBC_SHA256" },
    { 0xc069, "TLS_RSA_PSK_WITH_ARIA_256_CBC_SHA384" },
    { 0xc06a, "TLS_PSK_WITH_ARIA_128_GCM_SHA256" },
    { 0xc06b, "TLS_PSK_WITH_ARIA_256_GCM_SHA384" },
    { 0xc06c, "TLS_DHE_PSK_WITH_ARIA_128_GCM_SHA256" },
    { 0xc06d, "TLS_DHE_PSK_WITH_ARIA_256_GCM_SHA384" },
    { 0xc06e, "TLS_RSA_PSK_WITH_ARIA_128_GCM_SHA256" },
    { 0xc06f, "TLS_RSA_PSK_WITH_ARIA_256_GCM_SHA384" },
    { 0xc070, "TLS_ECDHE_PSK_WITH_ARIA_128_CBC_SHA256" },
    { 0xc071, "TLS_ECDHE_PSK_WITH_ARIA_256_CBC_SHA384" },
    { 0xc072, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc074, "TLS_ECDH_ECDSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc075, "TLS_ECDH_ECDSA_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc076, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc077, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc078, "TLS_ECDH_RSA_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc079, "TLS_ECDH_RSA_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc07a, "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc07b, "TLS_RSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc07c, "TLS_DHE_RSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc07d, "TLS_DHE_RSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc07e, "TLS_DH_RSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc07f, "TLS_DH_RSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc080, "TLS_DHE_DSS_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc081, "TLS_DHE_DSS_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc082, "TLS_DH_DSS_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc083, "TLS_DH_DSS_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc084, "TLS_DH_anon_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc085, "TLS_DH_anon_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc086, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc087, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc088, "TLS_ECDH_ECDSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc089, "TLS_ECDH_ECDSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc08a, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc08b, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc08c, "TLS_ECDH_RSA_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc08d, "TLS_ECDH_RSA_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc08e, "TLS_PSK_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc08f, "TLS_PSK_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc090, "TLS_DHE_PSK_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc091, "TLS_DHE_PSK_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc092, "TLS_RSA_PSK_WITH_CAMELLIA_128_GCM_SHA256" },
    { 0xc093, "TLS_RSA_PSK_WITH_CAMELLIA_256_GCM_SHA384" },
    { 0xc094, "TLS_PSK_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc095, "TLS_PSK_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc096, "TLS_DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc097, "TLS_DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc098, "TLS_RSA_PSK_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc099, "TLS_RSA_PSK_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc09a, "TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256" },
    { 0xc09b, "TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384" },
    { 0xc09c, "TLS_RSA_WITH_AES_128_CCM" },
    { 0xc09d, "TLS_RSA_WITH_AES_256_CCM" },
    { 0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM" },
    { 0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM" },
    { 0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8" },
    { 0xc0a1, "TLS_RSA_WITH_AES_256_CCM_8" },
    { 0xc0a2, "TLS_DHE_RSA_WITH_AES_128_CCM_8" },
    { 0xc0a3, "TLS_DHE_RSA_WITH_AES_256_CCM_8" },
    { 0xc0a4, "TLS_PSK_WITH_AES_128_CCM" },
    { 0xc0a5, "TLS_PSK_WITH_AES_256_CCM" },
    { 0xc0a6, "TLS_DHE_PSK_WITH_AES_128_CCM" },
    { 0xc0a7, "TLS_DHE_PSK_WITH_AES_256_CCM" },
    { 0xc0a8, "TLS_PSK_WITH_AES_128_CCM_8" },
    { 0xc0a9, "TLS_PSK_WITH_AES_256_CCM_8" },
    { 0xc0aa, "TLS_PSK_DHE_WITH_AES_128_CCM_8" },
    { 0xc0ab, "TLS_PSK_DHE_WITH_AES_256_CCM_8" },
    { 0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM" },
    { 0xc0ad, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM" },
    { 0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8" },
    { 0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8" },
    { 0xc0b0, "TLS_ECCPWD_WITH_AES_128_GCM_SHA256" },
    { 0xc0b1, "TLS_ECCPWD_WITH_AES_256_GCM_SHA384" },
    { 0xc0b2, "TLS_ECCPWD_WITH_AES_128_CCM_SHA256" },
    { 0xc0b3, "TLS_ECCPWD_WITH_AES_256_CCM_SHA384" },
    { 0xc0b4, "TLS_SHA256_SHA256" },
    { 0xc0b5, "TLS_SHA384_SHA384" },
    { 0xc0ff, "TLS_ECJPAKE_WITH_AES_128_CCM_8" },
    { 0xc100, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC" },
    { 0xc101, "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC" },
    { 0xc102, "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT" },
    { 0xc103, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L" },
    { 0xc104, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L" },
    { 0xc105, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_S" },
    { 0xc106, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S" },
    { 0xcc13, "OLD_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xcc14, "OLD_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xcc15, "OLD_TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xccab, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xccac, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xccad, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xccae, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xd001, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256" },
    { 0xd002, "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384" },
    { 0xd003, "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256" },
    { 0xd005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256" },
    { 0xe011, "ECDHE_SM4_CBC_SM3" },
    { 0xe013, "ECC_SM4_CBC_SM3" },
    { 0xe015, "IBSDH_SM4_CBC_SM3" },
    { 0xe017, "IBC_SM4_CBC_SM3" },
    { 0xe019, "RSA_SM4_CBC_SM3" },
    { 0xe01a, "RSA_SM4_CBC_SHA1" },
    { 0xe01c, "RSA_SM4_CBC_SHA256" },
    { 0xe051, "ECDHE_SM4_GCM_SM3" },
    { 0xe053, "ECC_SM4_GCM_SM3" },
    { 0xe055, "IBSDH_SM4_GCM_SM3" },
    { 0xe057, "IBC_SM4_GCM_SM3" },
    { 0xe059, "RSA_SM4_GCM_SM3" },
    { 0xe05a, "RSA_SM4_GCM_SHA256" },
    { 0xe410, "TLS_RSA_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe411, "TLS_RSA_WITH_SALSA20_SHA1" },
    { 0xe412, "TLS_ECDHE_RSA_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe413, "TLS_ECDHE_RSA_WITH_SALSA20_SHA1" },
    { 0xe414, "TLS_ECDHE_ECDSA_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe415, "TLS_ECDHE_ECDSA_WITH_SALSA20_SHA1" },
    { 0xe416, "TLS_PSK_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe417, "TLS_PSK_WITH_SALSA20_SHA1" },
    { 0xe418, "TLS_ECDHE_PSK_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe419, "TLS_ECDHE_PSK_WITH_SALSA20_SHA1" },
    { 0xe41a, "TLS_RSA_PSK_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe41b, "TLS_RSA_PSK_WITH_SALSA20_SHA1" },
    { 0xe41c, "TLS_DHE_PSK_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe41d, "TLS_DHE_PSK_WITH_SALSA20_SHA1" },
    { 0xe41e, "TLS_DHE_RSA_WITH_ESTREAM_SALSA20_SHA1" },
    { 0xe41f, "TLS_DHE_RSA_WITH_SALSA20_SHA1" },
    { 0xfefe, "SSL_RSA_FIPS_WITH_DES_CBC_SHA" },
    { 0xfeff, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA" },
    { 0xffe0, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA" },
    { 0xffe1, "SSL_RSA_FIPS_WITH_DES_CBC_SHA" },
    { 0x010080, "SSL2_RC4_128_WITH_MD5" },
    { 0x020080, "SSL2_RC4_128_EXPORT40_WITH_MD5" },
    { 0x030080, "SSL2_RC2_128_CBC_WITH_MD5" },
    { 0x040080, "SSL2_RC2_128_CBC_EXPORT40_WITH_MD5" },
    { 0x050080, "SSL2_IDEA_128_CBC_WITH_MD5" },
    { 0x060040, "SSL2_DES_64_CBC_WITH_MD5" },
    { 0x060140, "SSL2_DES_64_CBC_WITH_SHA" },
    { 0x0700c0, "SSL2_DES_192_EDE3_CBC_WITH_MD5" },
    { 0x0701c0, "SSL2_DES_192_EDE3_CBC_WITH_SHA" },
    { 0x080080, "SSL2_RC4_64_WITH_MD5" },
    { 0xff0800, "SSL2_DES_64_CFB64_WITH_MD5_1" },
    { 0xff0810, "SSL2_NULL" },
    { 0, NULL },
};

/* RFC 8446 §4.2.7, RFC 8422 §5.1.1, RFC 7919, RFC 9189, and the hybrids with
 * ML-KEM and its drafts. */
static const struct code_name groups[] = {
    { 0x0001, "sect163k1" },
    { 0x0002, "sect163r1" },
    { 0x0003, "sect163r2" },
    { 0x0004, "sect193r1" },
    { 0x0005, "sect193r2" },
    { 0x0006, "sect233k1" },
    { 0x0007, "sect233r1" },
    { 0x0008, "sect239k1" },
    { 0x0009, "sect283k1" },
    { 0x000a, "sect283r1" },
    { 0x000b, "sect409k1" },
    { 0x000c, "sect409r1" },
    { 0x000d, "sect571k1" },
    { 0x000e, "sect571r1" },
    { 0x000f, "secp160k1" },
    { 0x0010, "secp160r1" },
    { 0x0011, "secp160r2" },
    { 0x0012, "secp192k1" },
    { 0x0013, "secp192r1" },
    { 0x0014, "secp224k1" },
    { 0x0015, "secp224r1" },
    { 0x0016, "secp256k1" },
    { 0x0017, "secp256r1" },
    { 0x0018, "secp384r1" },
    { 0x0019, "secp521r1" },
    { 0x001a, "brainpoolP256r1" },
    { 0x001b, "brainpoolP384r1" },
    { 0x001c, "brainpoolP512r1" },
    { 0x001d, "x25519" },
    { 0x001e, "x448" },
    { 0x001f, "brainpoolP256r1tls13" },
    { 0x0020, "brainpoolP384r1tls13" },
    { 0x0021, "brainpoolP512r1tls13" },
    { 0x0022, "GC256A" },
    { 0x0023, "GC256B" },
    { 0x0024, "GC256C" },
    { 0x0025, "GC256D" },
    { 0x0026, "GC512A" },
    { 0x0027, "GC512B" },
    { 0x0028, "GC512C" },
    { 0x0029, "curveSM2" },
    { 0x0100, "ffdhe2048" },
    { 0x0101, "ffdhe3072" },
    { 0x0102, "ffdhe4096" },
    { 0x0103, "ffdhe6144" },
    { 0x0104, "ffdhe8192" },
    { 0x0200, "MLKEM512" },
    { 0x0201, "MLKEM768" },
    { 0x0202, "MLKEM1024" },
    { 0x11eb, "SecP256r1MLKEM768" },
    { 0x11ec, "X25519MLKEM768" },
    { 0x11ed, "SecP384r1MLKEM1024" },
    { 0x11ee, "curveSM2MLKEM768" },
    { 0x4138, "CECPQ2" },
    { 0x6399, "X25519Kyber768Draft00" },
    { 0x639a, "SecP256r1Kyber768Draft00" },
    { 0xfe30, "X25519Kyber512Draft00" },
    { 0xfe31, "X25519Kyber768Draft00 (experiment)" },
    { 0xfe32, "P256Kyber768Draft00" },
    { 0xff01, "arbitrary_explicit_prime_curves" },
    { 0xff02, "arbitrary_explicit_char2_curves" },
    { 0, NULL },
};

/* RFC 8446 §4.2.3. In TLS 1.2 the two bytes are a hash and a signature (RFC 5246
 * §7.4.1.4.1); pairs that TLS 1.3 has no word for are named by both. */
static const struct code_name signatures[] = {
    { 0x0100, "anonymous_md5" },
    { 0x0101, "rsa_md5" },
    { 0x0102, "dsa_md5" },
    { 0x0103, "ecdsa_md5" },
    { 0x0200, "anonymous_sha1" },
    { 0x0201, "rsa_pkcs1_sha1" },
    { 0x0202, "dsa_sha1" },
    { 0x0203, "ecdsa_sha1" },
    { 0x0300, "anonymous_sha224" },
    { 0x0301, "rsa_sha224" },
    { 0x0302, "dsa_sha224" },
    { 0x0303, "ecdsa_sha224" },
    { 0x0400, "anonymous_sha256" },
    { 0x0401, "rsa_pkcs1_sha256" },
    { 0x0402, "dsa_sha256" },
    { 0x0403, "ecdsa_secp256r1_sha256" },
    { 0x0420, "rsa_pkcs1_sha256_legacy" },
    { 0x0500, "anonymous_sha384" },
    { 0x0501, "rsa_pkcs1_sha384" },
    { 0x0502, "dsa_sha384" },
    { 0x0503, "ecdsa_secp384r1_sha384" },
    { 0x0520, "rsa_pkcs1_sha384_legacy" },
    { 0x0600, "anonymous_sha512" },
    { 0x0601, "rsa_pkcs1_sha512" },
    { 0x0602, "dsa_sha512" },
    { 0x0603, "ecdsa_secp521r1_sha512" },
    { 0x0620, "rsa_pkcs1_sha512_legacy" },
    { 0x0704, "eccsi_sha256" },
    { 0x0705, "iso_ibs1" },
    { 0x0706, "iso_ibs2" },
    { 0x0707, "iso_chinese_ibs" },
    { 0x0708, "sm2sig_sm3" },
    { 0x0709, "gostr34102012_256a" },
    { 0x070a, "gostr34102012_256b" },
    { 0x070b, "gostr34102012_256c" },
    { 0x070c, "gostr34102012_256d" },
    { 0x070d, "gostr34102012_512a" },
    { 0x070e, "gostr34102012_512b" },
    { 0x070f, "gostr34102012_512c" },
    { 0x0804, "rsa_pss_rsae_sha256" },
    { 0x0805, "rsa_pss_rsae_sha384" },
    { 0x0806, "rsa_pss_rsae_sha512" },
    { 0x0807, "ed25519" },
    { 0x0808, "ed448" },
    { 0x0809, "rsa_pss_pss_sha256" },
    { 0x080a, "rsa_pss_pss_sha384" },
    { 0x080b, "rsa_pss_pss_sha512" },
    { 0x081a, "ecdsa_brainpoolP256r1tls13_sha256" },
    { 0x081b, "ecdsa_brainpoolP384r1tls13_sha384" },
    { 0x081c, "ecdsa_brainpoolP512r1tls13_sha512" },
    { 0x0840, "gostr34102012_256" },
    { 0x0841, "gostr34102012_512" },
    { 0x0904, "mldsa44" },
    { 0x0905, "mldsa65" },
    { 0x0906, "mldsa87" },
    { 0x0911, "slhdsa_sha2_128s" },
    { 0x0912, "slhdsa_sha2_128f" },
    { 0x0913, "slhdsa_sha2_192s" },
    { 0x0914, "slhdsa_sha2_192f" },
    { 0x0915, "slhdsa_sha2_256s" },
    { 0x0916, "slhdsa_sha2_256f" },
    { 0x0917, "slhdsa_shake_128s" },
    { 0x0918, "slhdsa_shake_128f" },
    { 0x0919, "slhdsa_shake_192s" },
    { 0x091a, "slhdsa_shake_192f" },
    { 0x091b, "slhdsa_shake_256s" },
    { 0x091c, "slhdsa_shake_256f" },
    { 0xeded, "gostr34102001_gostr3411" },
    { 0xeeee, "gostr34102012_256_gostr34112012_256" },
    { 0xefef, "gostr34102012_512_gostr34112012_512" },
    { 0, NULL },
};

/* IANA's "TLS ExtensionType Values", and a few that browsers use without. */
static const struct code_name extensions[] = {
    { 0, "server_name" },
    { 1, "max_fragment_length" },
    { 2, "client_certificate_url" },
    { 3, "trusted_ca_keys" },
    { 4, "truncated_hmac" },
    { 5, "status_request" },
    { 6, "user_mapping" },
    { 7, "client_authz" },
    { 8, "server_authz" },
    { 9, "cert_type" },
    { 10, "supported_groups" },
    { 11, "ec_point_formats" },
    { 12, "srp" },
    { 13, "signature_algorithms" },
    { 14, "use_srtp" },
    { 15, "heartbeat" },
    { 16, "application_layer_protocol_negotiation" },
    { 17, "status_request_v2" },
    { 18, "signed_certificate_timestamp" },
    { 19, "client_certificate_type" },
    { 20, "server_certificate_type" },
    { 21, "padding" },
    { 22, "encrypt_then_mac" },
    { 23, "extended_master_secret" },
    { 24, "token_binding" },
    { 25, "cached_info" },
    { 26, "tls_lts" },
    { 27, "compress_certificate" },
    { 28, "record_size_limit" },
    { 29, "pwd_protect" },
    { 30, "pwd_clear" },
    { 31, "password_salt" },
    { 32, "ticket_pinning" },
    { 33, "tls_cert_with_extern_psk" },
    { 34, "delegated_credential" },
    { 35, "session_ticket" },
    { 36, "TLMSP" },
    { 37, "TLMSP_proxying" },
    { 38, "TLMSP_delegate" },
    { 39, "supported_ekt_ciphers" },
    { 40, "key_share_draft" },
    { 41, "pre_shared_key" },
    { 42, "early_data" },
    { 43, "supported_versions" },
    { 44, "cookie" },
    { 45, "psk_key_exchange_modes" },
    { 47, "certificate_authorities" },
    { 48, "oid_filters" },
    { 49, "post_handshake_auth" },
    { 50, "signature_algorithms_cert" },
    { 51, "key_share" },
    { 52, "transparency_info" },
    { 53, "connection_id_deprecated" },
    { 54, "connection_id" },
    { 55, "external_id_hash" },
    { 56, "external_session_id" },
    { 57, "quic_transport_parameters" },
    { 58, "ticket_request" },
    { 59, "dnssec_chain" },
    { 60, "sequence_number_encryption_algorithms" },
    { 61, "rrc" },
    { 62, "tls_flags" },
    { 13172, "next_protocol_negotiation" },
    { 17513, "application_settings_old" },
    { 17613, "application_settings" },
    { 30031, "channel_id_old" },
    { 30032, "channel_id" },
    { 51764, "trust_anchors" },
    { 64768, "ech_outer_extensions" },
    { 65037, "encrypted_client_hello" },
    { 65281, "renegotiation_info" },
    { 65445, "quic_transport_parameters_draft" },
    { 65486, "encrypted_server_name" },
    { 0, NULL },
};

/* RFC 8446 §6, RFC 5246 §7.2 and what was added since. */
static const struct code_name alerts[] = {
    { 0, "close_notify" },
    { 10, "unexpected_message" },
    { 20, "bad_record_mac" },
    { 21, "decryption_failed" },
    { 22, "record_overflow" },
    { 30, "decompression_failure" },
    { 40, "handshake_failure" },
    { 41, "no_certificate" },
    { 42, "bad_certificate" },
    { 43, "unsupported_certificate" },
    { 44, "certificate_revoked" },
    { 45, "certificate_expired" },
    { 46, "certificate_unknown" },
    { 47, "illegal_parameter" },
    { 48, "unknown_ca" },
    { 49, "access_denied" },
    { 50, "decode_error" },
    { 51, "decrypt_error" },
    { 52, "too_many_cids_requested" },
    { 60, "export_restriction" },
    { 70, "protocol_version" },
    { 71, "insufficient_security" },
    { 80, "internal_error" },
    { 86, "inappropriate_fallback" },
    { 90, "user_canceled" },
    { 100, "no_renegotiation" },
    { 109, "missing_extension" },
    { 110, "unsupported_extension" },
    { 111, "certificate_unobtainable" },
    { 112, "unrecognized_name" },
    { 113, "bad_certificate_status_response" },
    { 114, "bad_certificate_hash_value" },
    { 115, "unknown_psk_identity" },
    { 116, "certificate_required" },
    { 117, "general_error" },
    { 120, "no_application_protocol" },
    { 121, "ech_required" },
    { 0, NULL },
};

enum {
    VERSION_COUNT = sizeof versions / sizeof versions[0] - 1,
    CIPHER_COUNT = sizeof ciphers / sizeof ciphers[0] - 1,
    GROUP_COUNT = sizeof groups / sizeof groups[0] - 1,
    SIGNATURE_COUNT = sizeof signatures / sizeof signatures[0] - 1,
    EXTENSION_COUNT = sizeof extensions / sizeof extensions[0] - 1,
    ALERT_COUNT = sizeof alerts / sizeof alerts[0] - 1,
};

const struct code_names tls_versions = { "version", versions, true, VERSION_COUNT };
const struct code_names tls_ciphers = { "cipher", ciphers, true, CIPHER_COUNT };
const struct code_names tls_groups = { "group", groups, true, GROUP_COUNT };
const struct code_names tls_signatures = { "signature", signatures, true, SIGNATURE_COUNT };
const struct code_names tls_extensions = { "extension", extensions, false, EXTENSION_COUNT };
const struct code_names tls_alerts = { "alert", alerts, false, ALERT_COUNT };

/* ---- what a suite's name tells ---- */

static bool has(const char *name, const char *word)
{
    return strstr(name, word) != NULL;
}

static bool ends(const char *name, const char *word)
{
    size_t name_len = strlen(name), word_len = strlen(word);
    return name_len >= word_len && memcmp(name + name_len - word_len, word, word_len) == 0;
}

/* The first word found in the name decides. Tag, block and MAC lengths are of
 * the cipher itself; where mac is 0, the hash at the end of the name is the MAC. */
static const struct {
    const char *word;
    enum tls_cipher_kind kind;
    uint8_t tag, block, nonce, mac;
} bulk_ciphers[] = {
    { "_SCSV", CIPHER_UNKNOWN, 0, 0, 0, 0 },
    { "_CCM_8", CIPHER_CCM_8, 8, 0, 8, 0 },
    { "_CCM", CIPHER_CCM, 16, 0, 8, 0 },
    { "_GCM", CIPHER_GCM, 16, 0, 8, 0 },
    { "CHACHA20_POLY1305", CIPHER_CHACHA, 16, 0, 0, 0 },
    { "AEGIS", CIPHER_AEAD, 16, 0, 0, 0 },
    { "KUZNYECHIK_MGM", CIPHER_AEAD, 16, 0, 0, 0 },
    { "MAGMA_MGM", CIPHER_AEAD, 8, 0, 0, 0 },
    { "KUZNYECHIK_CTR", CIPHER_STREAM, 0, 0, 0, 16 }, /* RFC 9189 §4.1 */
    { "MAGMA_CTR", CIPHER_STREAM, 0, 0, 0, 8 },
    { "28147_CNT", CIPHER_STREAM, 0, 0, 0, 4 },
    { "RC4", CIPHER_STREAM, 0, 0, 0, 0 },
    { "SALSA20", CIPHER_STREAM, 0, 0, 0, 0 },
    { "NULL", CIPHER_NULL, 0, 0, 0, 0 },
    { "DES", CIPHER_CBC, 0, 8, 0, 0 }, /* DES40 and 3DES as well */
    { "IDEA", CIPHER_CBC, 0, 8, 0, 0 },
    { "RC2", CIPHER_CBC, 0, 8, 0, 0 },
    { "FORTEZZA_CBC", CIPHER_CBC, 0, 8, 0, 0 },
    { "_CBC", CIPHER_CBC, 0, 16, 0, 0 },
    { "SHA256_SHA256", CIPHER_NULL, 32, 0, 0, 0 }, /* RFC 9150: an HMAC is the tag */
    { "SHA384_SHA384", CIPHER_NULL, 48, 0, 0, 0 },
};

static const struct {
    const char *ending;
    uint8_t len;
} macs[] = {
    { "_SHA", 20 }, { "_SHA1", 20 }, { "_SHA256", 32 }, { "_SHA384", 48 },
    { "_MD5", 16 }, { "_RMD", 20 },  { "_SM3", 32 },    { "_GOSTR3411", 32 },
};

static void read_bulk_cipher(struct tls_cipher *c, const char *name)
{
    for (size_t i = 0; i < sizeof bulk_ciphers / sizeof bulk_ciphers[0]; i++) {
        if (!has(name, bulk_ciphers[i].word))
            continue;
        c->kind = bulk_ciphers[i].kind;
        c->tag_len = bulk_ciphers[i].tag;
        c->block_len = bulk_ciphers[i].block;
        c->nonce_len = bulk_ciphers[i].nonce;
        c->mac_len = bulk_ciphers[i].mac;
        break;
    }
    bool by_hash = c->tag_len == 0 && c->mac_len == 0;
    for (size_t i = 0; by_hash && i < sizeof macs / sizeof macs[0]; i++)
        if (ends(name, macs[i].ending))
            c->mac_len = macs[i].len;
}

/* Signs of weakness, as words: 3DES and DES40 contain DES, and an anonymous
 * key exchange is weak whatever it protects. */
static bool is_weak(const struct tls_cipher *c, const char *name)
{
    static const char *const words[] = { "EXPORT", "anon", "RC4", "DES", "MD5", "RC2" };
    if (c->kind == CIPHER_NULL)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has(name, words[i]))
            return true;
    return false;
}

/* Ephemeral key exchange. An anonymous one is ephemeral too; SRP and PWD mix a
 * fresh exchange with the password. */
static bool is_forward_secret(const struct tls_cipher *c, const char *name)
{
    static const char *const words[] = { "DHE_",   "DH_anon", "ECDH_anon", "SRP_",
                                         "ECCPWD", "CECPQ",   "PSK_DHE" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has(name, words[i]))
            return true;
    return c->tls13;
}

static bool is_tls13(const char *name)
{
    if (has(name, "_MGM_")) /* RFC 9367 keeps the old form of name */
        return true;
    return strncmp(name, "TLS_", 4) == 0 && !has(name, "_WITH_") && !has(name, "_SCSV");
}

static struct tls_cipher read_name(uint32_t suite, const char *name)
{
    struct tls_cipher c = { .suite = suite };
    if (!name)
        return c;
    read_bulk_cipher(&c, name);
    if (c.kind == CIPHER_UNKNOWN)
        return c;
    c.hash_len = ends(name, "_SHA384") ? 48 : ends(name, "_SHA512") ? 64 : 32;
    c.tls13 = is_tls13(name);
    c.weak = is_weak(&c, name);
    c.forward_secret = is_forward_secret(&c, name);
    return c;
}

struct tls_cipher tls_cipher(uint32_t suite)
{
    /* A capture holds few different suites: names read once stay read. */
    static struct {
        struct tls_cipher cipher;
        bool filled;
    } seen[64];
    size_t place = suite % (sizeof seen / sizeof seen[0]);
    if (!seen[place].filled || seen[place].cipher.suite != suite) {
        seen[place].cipher = read_name(suite, code_name_of(&tls_ciphers, suite));
        seen[place].filled = true;
    }
    return seen[place].cipher;
}

unsigned tls_cipher_tag_len(uint32_t suite)
{
    return tls_cipher(suite).tag_len;
}

bool tls_cipher_sha384(uint32_t suite)
{
    return tls_cipher(suite).hash_len == 48;
}

enum tls_cipher_kind tls_cipher_kind(uint32_t suite)
{
    return tls_cipher(suite).kind;
}

bool tls_cipher_weak(uint32_t suite)
{
    return tls_cipher(suite).weak;
}

bool tls_cipher_forward_secret(uint32_t suite)
{
    return tls_cipher(suite).forward_secret;
}

/* ---- lengths of records ---- */

bool tls_version_is_13(uint32_t version)
{
    uint32_t high = version >> 8;
    return version == 0x0304 || version == 0xfefc || high == 0x7e || high == 0x7f || high == 0xfb;
}

/* SSL 3.0 and TLS 1.0 chain the IV from record to record; TLS 1.1, and DTLS from
 * its first version, send one in front of each (RFC 4346 §6.2.3.2). */
static size_t cbc_record_len(const struct tls_cipher *c, uint32_t version, bool encrypt_then_mac,
                             size_t plain_len)
{
    size_t iv_len = version == 0x0300 || version == 0x0301 ? 0 : c->block_len;
    size_t inside = plain_len + (encrypt_then_mac ? 0 : c->mac_len);
    size_t padded = (inside / c->block_len + 1) * c->block_len;
    return iv_len + padded + (encrypt_then_mac ? c->mac_len : 0);
}

size_t tls_cipher_record_len(uint32_t suite, uint32_t version, bool encrypt_then_mac,
                             size_t plain_len)
{
    struct tls_cipher c = tls_cipher(suite);
    if (c.kind == CIPHER_UNKNOWN)
        return 0;
    if (tls_version_is_13(version))
        return c.tag_len ? plain_len + 1 + c.tag_len : 0;
    if (c.kind == CIPHER_CBC)
        return cbc_record_len(&c, version, encrypt_then_mac, plain_len);
    return c.nonce_len + plain_len + c.tag_len + c.mac_len;
}
