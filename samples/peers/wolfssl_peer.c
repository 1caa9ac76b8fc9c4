/* A peer of wolfSSL, as small devices have it: TLS or DTLS 1.2, client or server, with
 * certificates or a pre-shared key. A client sends one line and reads the answer, a server
 * sends back what it gets; whatever goes wrong ends the client.
 *
 * usage: wolfssl_peer connect|listen ADDRESS PORT [dtls] [tls12] [name=NAME] [roots=FILE]
 *                     [chain=FILE key=FILE] [identity=NAME psk=TEXT] [require] */
#include <wolfssl/options.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wolfssl/ssl.h>

static char **words;

/* option gives what stands behind NAME=, "" when NAME stands there alone, or NULL. */
static const char *option(const char *name)
{
    size_t len = strlen(name);
    for (char **word = words; *word; word++)
        if (strncmp(*word, name, len) == 0 && ((*word)[len] == '=' || (*word)[len] == 0))
            return (*word)[len] ? *word + len + 1 : "";
    return NULL;
}

static unsigned give_psk(unsigned char *psk, unsigned max)
{
    const char *text = option("psk");
    unsigned len = (unsigned)strlen(text);
    if (len > max)
        return 0;
    memcpy(psk, text, len);
    return len;
}

static unsigned client_psk(WOLFSSL *tls, const char *hint, char *identity, unsigned identity_max,
                           unsigned char *psk, unsigned psk_max)
{
    (void)tls, (void)hint;
    snprintf(identity, identity_max, "%s", option("identity"));
    return give_psk(psk, psk_max);
}

static unsigned server_psk(WOLFSSL *tls, const char *identity, unsigned char *psk, unsigned psk_max)
{
    (void)tls;
    return strcmp(identity, option("identity")) == 0 ? give_psk(psk, psk_max) : 0;
}

static WOLFSSL_METHOD *method(int server)
{
    if (option("dtls"))
        return server ? wolfDTLSv1_2_server_method() : wolfDTLSv1_2_client_method();
    if (option("tls12"))
        return server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
    return server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
}

static WOLFSSL_CTX *prepare(int server)
{
    WOLFSSL_CTX *context = wolfSSL_CTX_new(method(server));
    const char *roots = option("roots"), *chain = option("chain");
    if (!context || (roots && wolfSSL_CTX_load_verify_locations(context, roots, NULL) != 1) ||
        (chain && (wolfSSL_CTX_use_certificate_chain_file(context, chain) != 1 ||
                   wolfSSL_CTX_use_PrivateKey_file(context, option("key"), SSL_FILETYPE_PEM) != 1)))
        exit(2);
    wolfSSL_CTX_set_verify(context,
                           !server ? WOLFSSL_VERIFY_PEER
                           : option("require")
                               ? WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT
                               : WOLFSSL_VERIFY_NONE,
                           NULL);
    if (option("psk")) {
        wolfSSL_CTX_set_cipher_list(context, "PSK-AES128-GCM-SHA256:DHE-PSK-AES128-GCM-SHA256");
        wolfSSL_CTX_set_psk_client_callback(context, client_psk);
        wolfSSL_CTX_set_psk_server_callback(context, server_psk);
    }
    return context;
}

static int shake_hands(WOLFSSL *tls, int server)
{
    int result = server ? wolfSSL_accept(tls) : wolfSSL_connect(tls);
    printf("handshake: %d\n", result == 1 ? 0 : wolfSSL_get_error(tls, result));
    fflush(stdout);
    return result;
}

static int talk(WOLFSSL *tls, int s, struct sockaddr_in *to)
{
    char answer[64];
    const char *name = option("name");
    if (connect(s, (struct sockaddr *)to, sizeof *to) != 0)
        return 1;
    if (name)
        wolfSSL_check_domain_name(tls, name);
    if (name)
        wolfSSL_UseSNI(tls, WOLFSSL_SNI_HOST_NAME, name, (unsigned short)strlen(name));
    wolfSSL_set_fd(tls, s);
    if (option("dtls"))
        wolfSSL_dtls_set_peer(tls, to, sizeof *to);
    if (shake_hands(tls, 0) != 1)
        return 1;
    wolfSSL_write(tls, "hello\n", 6);
    wolfSSL_read(tls, answer, sizeof answer);
    wolfSSL_shutdown(tls);
    return 0;
}

/* One client after the other, over TCP; over UDP the first one only. */
static void serve(WOLFSSL_CTX *context, int s)
{
    for (;;) {
        char line[64];
        int len, one = option("dtls") ? dup(s) : accept(s, NULL, NULL);
        WOLFSSL *tls = wolfSSL_new(context);
        wolfSSL_set_fd(tls, one);
        if (shake_hands(tls, 1) == 1)
            while ((len = wolfSSL_read(tls, line, sizeof line)) > 0)
                wolfSSL_write(tls, line, len);
        wolfSSL_free(tls);
        close(one);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    words = argv + 4;
    wolfSSL_Init();
    int server = strcmp(argv[1], "listen") == 0, yes = 1;
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((unsigned short)atoi(argv[3])) };
    inet_pton(AF_INET, argv[2], &at.sin_addr);
    int s = socket(AF_INET, option("dtls") ? SOCK_DGRAM : SOCK_STREAM, 0);
    WOLFSSL_CTX *context = prepare(server);
    if (!server) {
        WOLFSSL *tls = wolfSSL_new(context);
        int result = talk(tls, s, &at);
        wolfSSL_free(tls);
        close(s);
        return result;
    }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s, (struct sockaddr *)&at, sizeof at) == 0 && (option("dtls") || listen(s, 5) == 0))
        serve(context, s);
    return 2;
}
