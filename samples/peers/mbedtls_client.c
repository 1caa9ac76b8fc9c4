/* A TLS 1.2 client of mbedTLS, as small devices have it. It sends one line and reads the
 * answer; whatever goes wrong ends it. usage: mbedtls_client ADDRESS PORT NAME CA-FILE */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <stdio.h>

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_source;
static mbedtls_ssl_config config;
static mbedtls_ssl_context tls;
static mbedtls_net_context net;
static mbedtls_x509_crt roots;

static int prepare(const char *name, const char *ca_file)
{
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random_source);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&tls);
    mbedtls_net_init(&net);
    mbedtls_x509_crt_init(&roots);
    int failed =
        mbedtls_ctr_drbg_seed(&random_source, mbedtls_entropy_func, &entropy, NULL, 0) ||
        mbedtls_x509_crt_parse_file(&roots, ca_file) ||
        mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_ca_chain(&config, &roots, NULL);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_source);
    return failed || mbedtls_ssl_setup(&tls, &config) || mbedtls_ssl_set_hostname(&tls, name);
}

int main(int argc, char **argv)
{
    unsigned char answer[64];

    if (argc != 5 || prepare(argv[3], argv[4]) ||
        mbedtls_net_connect(&net, argv[1], argv[2], MBEDTLS_NET_PROTO_TCP))
        return 1;
    mbedtls_ssl_set_bio(&tls, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    int result = mbedtls_ssl_handshake(&tls);
    if (result == 0) {
        mbedtls_ssl_write(&tls, (const unsigned char *)"hello\n", 6);
        mbedtls_ssl_read(&tls, answer, sizeof answer);
        mbedtls_ssl_close_notify(&tls);
    }
    printf("handshake: -0x%04x\n", (unsigned)-result);
    mbedtls_net_free(&net);
    return result != 0;
}
