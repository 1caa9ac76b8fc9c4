/* A peer of mbedTLS, as small devices have it: TLS 1.2 or DTLS 1.2, client or server, with
 * certificates or a pre-shared key. A client sends one line and reads the answer, a server
 * sends back what it gets; whatever goes wrong ends the client.
 *
 * usage: mbedtls_peer connect|listen ADDRESS PORT [dtls] [name=NAME] [roots=FILE]
 *                     [chain=FILE key=FILE] [identity=NAME psk=TEXT] [require] [keylog=FILE] */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cookie.h>
#include <mbedtls/timing.h>
#include <stdio.h>
#include <string.h>

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_source;
static mbedtls_ssl_config config;
static mbedtls_ssl_context tls;
static mbedtls_net_context net, listener;
static mbedtls_x509_crt roots, chain;
static mbedtls_pk_context key;
static mbedtls_ssl_cookie_ctx cookies;
static mbedtls_timing_delay_context timer;
static const int psk_suites[] = { MBEDTLS_TLS_PSK_WITH_AES_128_CCM_8,
                                  MBEDTLS_TLS_PSK_WITH_AES_128_GCM_SHA256, 0 };

/* option gives what stands behind NAME=, "" when NAME stands there alone, or NULL. */
static const char *option(char **words, const char *name)
{
    size_t len = strlen(name);
    for (; *words; words++)
        if (strncmp(*words, name, len) == 0 && ((*words)[len] == '=' || (*words)[len] == 0))
            return (*words)[len] ? *words + len + 1 : "";
    return NULL;
}

static int write_secret(void *file, const unsigned char *master, const unsigned char *block,
                        size_t mac_len, size_t key_len, size_t iv_len,
                        const unsigned char client_random[32],
                        const unsigned char server_random[32], mbedtls_tls_prf_types prf)
{
    (void)block, (void)mac_len, (void)key_len, (void)iv_len, (void)server_random, (void)prf;
    fputs("CLIENT_RANDOM ", file);
    for (int i = 0; i < 32; i++)
        fprintf(file, "%02x", client_random[i]);
    fputc(' ', file);
    for (int i = 0; i < 48; i++)
        fprintf(file, "%02x", master[i]);
    fputc('\n', file);
    return fflush(file);
}

static int use_credentials(char **words)
{
    const char *roots_file = option(words, "roots"), *chain_file = option(words, "chain");
    const char *psk = option(words, "psk"), *identity = option(words, "identity");
    if (roots_file && mbedtls_x509_crt_parse_file(&roots, roots_file))
        return -1;
    mbedtls_ssl_conf_ca_chain(&config, &roots, NULL);
    if (chain_file && (mbedtls_x509_crt_parse_file(&chain, chain_file) ||
                       mbedtls_pk_parse_keyfile(&key, option(words, "key"), NULL) ||
                       mbedtls_ssl_conf_own_cert(&config, &chain, &key)))
        return -1;
    if (!psk)
        return 0;
    mbedtls_ssl_conf_ciphersuites(&config, psk_suites);
    return mbedtls_ssl_conf_psk(&config, (const unsigned char *)psk, strlen(psk),
                                (const unsigned char *)identity, strlen(identity));
}

static int prepare(char **words, int endpoint, int transport)
{
    const char *keylog = option(words, "keylog"), *name = option(words, "name");
    if (mbedtls_ctr_drbg_seed(&random_source, mbedtls_entropy_func, &entropy, NULL, 0) ||
        mbedtls_ssl_config_defaults(&config, endpoint, transport, MBEDTLS_SSL_PRESET_DEFAULT) ||
        mbedtls_ssl_cookie_setup(&cookies, mbedtls_ctr_drbg_random, &random_source) ||
        use_credentials(words))
        return -1;
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_source);
    mbedtls_ssl_conf_dtls_cookies(&config, mbedtls_ssl_cookie_write, mbedtls_ssl_cookie_check,
                                  &cookies);
    mbedtls_ssl_conf_handshake_timeout(&config, 1000, 8000);
    if (endpoint == MBEDTLS_SSL_IS_SERVER)
        mbedtls_ssl_conf_authmode(&config, option(words, "require") ? MBEDTLS_SSL_VERIFY_REQUIRED
                                                                    : MBEDTLS_SSL_VERIFY_NONE);
    if (keylog)
        mbedtls_ssl_conf_export_keys_ext_cb(&config, write_secret, fopen(keylog, "a"));
    if (mbedtls_ssl_setup(&tls, &config))
        return -1;
    mbedtls_ssl_set_timer_cb(&tls, &timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
    return name ? mbedtls_ssl_set_hostname(&tls, name) : 0;
}

static int shake_hands(void)
{
    int result;
    do
        result = mbedtls_ssl_handshake(&tls);
    while (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE);
    printf("handshake: -0x%04x\n", (unsigned)-result);
    fflush(stdout);
    return result;
}

static int talk(void)
{
    unsigned char answer[64];
    int result = shake_hands();
    if (result == 0) {
        mbedtls_ssl_write(&tls, (const unsigned char *)"hello\n", 6);
        mbedtls_ssl_read(&tls, answer, sizeof answer);
        mbedtls_ssl_close_notify(&tls);
    }
    mbedtls_net_free(&net);
    return result != 0;
}

/* One client after the other; a DTLS client without a cookie makes it begin anew. */
static void serve(int datagrams)
{
    for (;;) {
        unsigned char address[16], line[64];
        size_t address_len = 0;
        mbedtls_net_free(&net);
        mbedtls_ssl_session_reset(&tls);
        if (mbedtls_net_accept(&listener, &net, address, sizeof address, &address_len))
            return;
        if (datagrams)
            mbedtls_ssl_set_client_transport_id(&tls, address, address_len);
        int len = shake_hands() ? 0 : mbedtls_ssl_read(&tls, line, sizeof line);
        for (; len > 0; len = mbedtls_ssl_read(&tls, line, sizeof line))
            mbedtls_ssl_write(&tls, line, (size_t)len);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    int server = strcmp(argv[1], "listen") == 0, datagrams = option(argv + 4, "dtls") != NULL;
    int way = datagrams ? MBEDTLS_NET_PROTO_UDP : MBEDTLS_NET_PROTO_TCP;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random_source);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&tls);
    mbedtls_net_init(&net);
    mbedtls_net_init(&listener);
    mbedtls_x509_crt_init(&roots);
    mbedtls_x509_crt_init(&chain);
    mbedtls_pk_init(&key);
    mbedtls_ssl_cookie_init(&cookies);
    if (prepare(argv + 4, server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                datagrams ? MBEDTLS_SSL_TRANSPORT_DATAGRAM : MBEDTLS_SSL_TRANSPORT_STREAM))
        return 2;
    mbedtls_ssl_set_bio(&tls, &net, mbedtls_net_send, mbedtls_net_recv, mbedtls_net_recv_timeout);
    if (server && mbedtls_net_bind(&listener, argv[2], argv[3], way) == 0)
        serve(datagrams);
    else if (!server && mbedtls_net_connect(&net, argv[2], argv[3], way) == 0)
        return talk();
    return 2;
}
