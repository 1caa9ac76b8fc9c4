# shellcheck shell=bash
# shellcheck disable=SC2154 # ca, work, client_ip, server_ip and server_at are make's
#
# What each sample is: a line in the table, and under the same name what serves (serve.NAME),
# what asks (ask.NAME), what is wrong with the way between them (way.NAME), or how it is cut from
# another sample (cut.NAME). Sourced by make.

# captures: name, format, network, what tshark must find in it, and what it must not.
captures() {
    cat <<'EOF'
tls13-ok-curl-nginx             | pcapng  | 10.31.1      | tls.handshake.extensions.supported_version == 0x0304 and tls.handshake.type == 2 | tls.alert_message.desc > 0 or tcp.flags.reset == 1
tls12-ok-openssl                | pcap    | 192.168.40   | tls.handshake.version == 0x0303 and tls.handshake.type == 14
tls12-ok-mbedtls                | pcap    | 10.31.2      | tls.handshake.type == 14 | tls.alert_message.desc > 0
tls13-ok-go                     | pcap.gz | fd00:31:3    | tls.app_data and tcp.srcport == 443 | tls.alert_message
tls13-ok-java                   | pcap    | 10.31.4      | tls.app_data and tcp.srcport != 443 | tls.alert_message
mqtts-ok-mosquitto              | pcap    | 192.168.41   | tls.app_data and tcp.srcport == 8883 | tls.alert_message
mtls-ok-mosquitto               | pcap    | 192.168.42   | tls.handshake.type == 15 and tcp.dstport == 8883 | tls.alert_message.desc > 0
tls12-resumed-openssl           | pcap    | 10.31.5      | tls.handshake.type == 2 and tls.record.content_type == 20 and not tls.handshake.type == 11
tls13-hello-retry               | pcap    | fd00:31:6    | tls.handshake.type == 2 and tls.handshake.random contains cf:21:ad:74:e5:9a:61:11
starttls-smtp-ok                | pcap    | 10.31.7      | tls.app_data and tcp.srcport == 25
http-connect-ok                 | pcap    | 10.31.8      | tls.app_data and tcp.srcport == 3128
tls12-weak-cipher               | pcapng  | 10.31.9      | tls.handshake.ciphersuite == 0x000a and tls.handshake.type == 2
tls12-no-forward-secrecy        | pcap    | 10.31.10     | tls.handshake.ciphersuite == 0x009c and tls.handshake.type == 2
tls10-obsolete                  | pcap    | 10.31.11     | tls.handshake.version == 0x0301 and tls.handshake.type == 2
cert-expiring-soon              | pcap    | 10.31.12     | tls.app_data and tcp.srcport == 443
keylog-tls13                    | pcap    | 10.31.13     | tls.app_data and tcp.srcport == 443 | tls.handshake.type == 11
keylog-tls13-expired            | pcap    | 10.31.14     | tls.app_data and tcp.dstport == 443 and tls.record.length == 19 | tls.alert_message
tls-version-too-old             | pcap    | 10.32.1      | tls.alert_message.desc == 70 and tcp.srcport == 443
tls-version-server-old          | pcap    | 10.32.2      | tls.alert_message.desc == 70 and tcp.dstport == 443
tls-no-shared-cipher            | pcap    | 10.32.3      | tls.alert_message.desc == 40 and tcp.srcport == 443
tls-no-shared-group             | pcap    | 10.32.4      | tls.alert_message.desc == 40 and tcp.srcport == 443
tls-alpn-mismatch               | pcap    | 10.32.5      | tls.alert_message.desc == 120 and tcp.srcport == 443
tls-alpn-mismatch-tls13-go      | pcap    | 10.32.7      | tls.app_data and tcp.srcport == 443 and tls.record.length == 19 | tls.alert_message
tls-sni-unrecognized            | pcapng  | 10.32.6      | tls.alert_message.desc == 112 and tcp.srcport == 443
cert-expired-tls12-mosquitto    | pcap    | 10.33.1      | tls.alert_message.desc == 45 and tcp.dstport == 8883
cert-expired-tls13-mosquitto    | pcap    | 10.33.17     | tls.alert_message.desc == 45 and tcp.dstport == 8883
cert-expired-tls13-go           | pcap    | fd00:33:2    | tls.app_data and tcp.dstport == 443 and tls.record.length == 19 | tls.alert_message
cert-not-yet-valid-tls12-gnutls | pcap    | 10.33.3      | tls.alert_message.desc == 42 and tcp.dstport == 443
client-clock-1970-openssl       | pcap    | 10.33.4      | tls.alert_message.desc == 42 and tcp.dstport == 443
cert-self-signed-tls12-curl     | pcap    | 10.33.5      | tls.alert_message.desc == 48 and tcp.dstport == 443
cert-unknown-ca-tls12-openssl   | pcap    | 10.33.6      | tls.alert_message.desc == 48 and tcp.dstport == 443
cert-unknown-ca-tls12-mbedtls   | pcap    | 10.33.7      | tls.alert_message.desc == 48 and tcp.dstport == 443
cert-unknown-ca-tls12-java      | pcap    | 10.33.8      | tls.alert_message.desc == 46 and tcp.dstport == 443
cert-unknown-ca-tls12-nss       | pcap    | 10.33.9      | tls.alert_message and tcp.dstport == 443
cert-unknown-ca-tls13-openssl   | pcap    | fd00:33:10   | tls.alert_message.desc == 48 and tcp.dstport == 443
cert-unknown-ca-tls13-java      | pcap    | 10.33.11     | tls.app_data and tcp.dstport == 443 and tls.record.length == 35 | tls.alert_message
cert-unknown-ca-tls13-node      | pcap    | 10.33.12     | tcp.flags.fin == 1 and tcp.dstport == 443 | tls.alert_message.desc == 48 or (tls.app_data and tcp.dstport == 443)
cert-unknown-ca-tls13-gnutls    | pcapng  | 10.33.13     | tls.app_data and tcp.dstport == 443 and tls.record.length == 19 | tls.alert_message
cert-name-mismatch-tls12-go     | pcap    | 10.33.14     | tls.alert_message.desc == 42 and tcp.dstport == 443
cert-name-mismatch-mosquitto    | pcap    | 10.33.15     | tls.alert_message.desc == 80 and tcp.dstport == 8883
cert-name-mismatch-tls13-curl   | pcap    | 10.33.18     | tls.app_data and tcp.dstport == 443 and tls.record.length == 19 | tls.alert_message
cert-incomplete-chain           | pcap    | 10.33.16     | tls.alert_message.desc == 48 and tcp.dstport == 443
mtls-no-client-cert-tls12       | pcap    | 10.34.1      | tls.alert_message.desc == 40 and tcp.srcport == 443
mtls-no-client-cert-tls13       | pcap    | 10.34.2      | tls.record.length == 25 and tls.app_data and tcp.dstport == 443 | tls.alert_message
mtls-no-client-cert-tls13-go    | pcap.gz | 10.34.3      | tls.record.length == 19 and tls.app_data and tcp.srcport == 443 | tls.alert_message
mtls-no-client-cert-mosquitto   | pcap    | 192.168.43   | tls.record.length == 19 and tls.app_data and tcp.srcport == 8883 | tls.alert_message
log-no-client-cert-mosquitto    | pcap    | 192.168.61   | tls.record.length == 19 and tls.app_data and tcp.srcport == 8883 | tls.alert_message
log-unknown-ca-nginx            | pcap    | 192.168.62   | tls.alert_message.desc == 48 and tcp.dstport == 443
log-bad-password-mosquitto      | pcap    | 192.168.63   | mqtt.conack.val == 5
mtls-client-cert-unknown-ca     | pcap    | 10.34.4      | tls.alert_message.desc == 48 and tcp.srcport == 8883
mtls-client-cert-expired        | pcap    | 10.34.5      | tls.alert_message.desc == 45 and tcp.srcport == 8883
server-silent                   | pcap    | 10.35.1      | tls.handshake.type == 1 | tcp.srcport == 443 and tcp.len > 0
server-closes-after-hello       | pcap    | 10.35.2      | tcp.flags.fin == 1 and tcp.srcport == 443 | tcp.srcport == 443 and tcp.len > 0
server-resets-after-hello       | pcap    | 10.35.3      | tcp.flags.reset == 1 and tcp.srcport == 443 and tcp.seq == 1 | tcp.srcport == 443 and tcp.len > 0
client-abandons                 | pcap    | 10.35.4      | tcp.flags.fin == 1 and tcp.dstport == 443 | tls.alert_message and tcp.dstport == 443
client-silent                   | pcap    | 10.35.5      | tcp.flags.fin == 1 and tcp.dstport == 443 | tcp.dstport == 443 and tcp.len > 0
connection-refused              | pcap    | fd00:35:6    | tcp.flags.reset == 1 and tcp.srcport == 8883
syn-unanswered                  | pcap    | 10.35.7      | tcp.analysis.retransmission and tcp.flags.syn == 1 | tcp.srcport == 443
neighbor-unanswered             | pcap    | 10.35.8      | arp.opcode == 1 and arp.dst.proto_ipv4 == 10.35.8.44 | tcp
icmp-prohibited                 | pcap    | 10.35.9      | icmp.type == 3 and icmp.code == 13
http-to-tls-port                | pcap    | 10.36.1      | http.response.code == 400
mqtt-to-tls-port                | pcap    | 192.168.44   | frame contains "MQTT" and tcp.dstport == 8884 | tcp.srcport == 8884 and tcp.len > 0
tls-to-plain-mqtt               | pcap    | 192.168.45   | tcp.payload[0:3] == 16:03:01 and tcp.dstport == 1883
tls-to-ssh                      | pcap    | 10.36.2      | frame contains "SSH-2.0"
proxy-connect-refused           | pcap    | 10.36.3      | http.response.code == 403
starttls-refused                | pcap    | 10.36.4      | smtp.response.code == 502
mqtt-ok                         | pcap    | 192.168.50   | mqtt.conack.val == 0
mqtt-ok-v5                      | pcapng  | 192.168.51   | mqtt.ver == 5 and tcp.dstport == 1883 | mqtt.msgtype == 2 and not tcp.payload[3:1] == 00
mqtt-bad-password               | pcap    | 192.168.52   | mqtt.conack.val == 5
mqtt-v5-not-authorized          | pcap    | 192.168.53   | mqtt.msgtype == 2 and tcp.payload[3:1] == 87
mqtt-version-unacceptable       | pcap    | 192.168.54   | mqtt.msgtype == 2 and tcp.payload[3:1] == 01
mqtt-client-id-rejected         | pcap    | 192.168.55   | mqtt.conack.val == 2
mqtt-takeover-loop              | pcap    | 192.168.56   | mqtt.msgtype == 1 and tcp.stream == 3
mqtt-keepalive-timeout          | pcap    | 192.168.57   | tcp.flags.fin == 1 and tcp.srcport == 1883 and tcp.time_relative > 1.5
mqtt-connect-twice              | pcap    | 192.168.58   | tcp.flags.fin == 1 and tcp.srcport == 1883
mqtt-acl-denied                 | pcap    | 192.168.59   | mqtt.msgtype == 4 and tcp.payload[4:1] == 87
mqtt-full                       | pcap    | 192.168.60   | tcp.flags.reset == 1 and tcp.srcport == 1883 and tcp.stream == 1 | mqtt.msgtype == 2 and tcp.stream == 1
mqtt-v5-will-qos                | pcap    | 192.168.75   | mqtt.msgtype == 2 and tcp.payload[3:1] == 9b
mqtt-v5-auth-method             | pcap    | 192.168.76   | mqtt.msgtype == 2 and tcp.payload[3:1] == 8c
mqtt-packet-too-large           | pcap    | 192.168.77   | mqtt.msgtype == 1 | mqtt.msgtype == 2
mqtt-publish-wildcard           | pcap    | 192.168.78   | mqtt.msgtype == 3 and tcp.dstport == 1883
mqtt-half-connect               | pcap    | 192.168.79   | tcp.flags.fin == 1 and tcp.dstport == 1883 | mqtt.msgtype == 2
mqtt-reconnect-storm            | pcap    | 192.168.61   | mqtt.conack.val == 5 and tcp.stream == 5
mqtt-no-connect                 | pcap    | 192.168.62   | mqtt.msgtype == 8 | mqtt.msgtype == 1
mqtts-refused-inside            | pcap    | 192.168.63   | tls.app_data and tcp.srcport == 8883 | tls.alert_message
mqtts-refused-keys              | pcap    | 192.168.64   | tls.app_data and tcp.srcport == 8883 | tls.alert_message
websocket-mqtt                  | pcap    | 192.168.65   | websocket.opcode == 2 and tcp.srcport == 9001
websocket-mqtt-pieces           | pcap    | 192.168.66   | websocket.fin == 0 and tcp.dstport == 9001
websocket-text                  | pcap    | 192.168.67   | websocket.opcode == 1 and tcp.dstport == 9001
websocket-chat                  | pcap    | 192.168.68   | tcp.flags.fin == 1 and tcp.srcport == 9001 | tcp.srcport == 9001 and tcp.len > 0
websocket-to-plain-mqtt         | pcap    | 192.168.69   | frame contains "Upgrade: websocket" and tcp.dstport == 1883 | tcp.srcport == 1883 and tcp.len > 0
websocket-no-such-path          | pcap    | 192.168.70   | http.response.code == 404
websocket-bad-gateway           | pcap    | 192.168.71   | http.response.code == 502
websocket-no-subprotocol        | pcap    | 192.168.72   | http.response.code == 101
websocket-coap                  | pcap    | 192.168.73   | websocket.opcode == 2 and tcp.srcport == 80
wss-mqtt-keys                   | pcap    | 192.168.74   | tls.app_data and tcp.srcport == 9001 | tls.alert_message
coap-ok                         | pcap    | 10.37.1      | coap.code == 69
coap-not-found                  | pcap    | fd00:37:2    | coap.code == 132
coap-port-closed                | pcap    | 10.37.3      | icmp.type == 3 and icmp.code == 3
coap-unanswered                 | pcap    | 10.37.4      | frame.time_relative > 5 and coap.type == 0 | udp.srcport == 5683
coap-observe                    | pcap    | 10.39.1      | coap.code == 69 and coap.type == 0 and udp.srcport == 5683
coap-block-download             | pcap    | 10.39.2      | coap.opt.block_mflag == 1 and udp.srcport == 5683
coap-block-upload               | pcap    | 10.39.3      | coap.opt.block_mflag == 1 and udp.dstport == 5683
coap-separate                   | pcap    | 10.39.4      | coap.code == 0 and coap.type == 2 and udp.srcport == 5683
coap-tcp                        | pcap    | 10.39.5      | coap.code == 69 and tcp.srcport == 5683
coap-method-not-allowed         | pcap    | 10.39.6      | coap.code == 133
coap-bad-option                 | pcap    | 10.39.11     | coap.code == 130
coap-proxy-refused              | pcap    | 10.39.12     | coap.code == 165
coaps-psk-ok                    | pcap    | 10.37.5      | dtls.app_data and udp.srcport == 5684 | dtls.alert_message.desc > 0
coaps-psk-wrong-key             | pcap    | 10.37.6      | dtls.handshake.type == 16 and frame.time_relative > 2
dtls12-ok-gnutls                | pcap    | 10.37.9      | dtls.app_data and udp.dstport == 4433
dtls12-unknown-ca-gnutls        | pcap    | 10.37.10     | dtls.alert_message and udp.dstport == 4433
dtls12-psk-wrong-key-gnutls     | pcap    | 10.37.11     | dtls.handshake.type == 16
coaps-psk-ok-gnutls             | pcap    | 10.38.1      | dtls.app_data and udp.srcport == 5684
coaps-psk-wrong-key-gnutls      | pcap    | 10.38.2      | dtls.handshake.type == 16
dtls12-psk-unknown-gnutls       | pcap    | 10.38.3      | dtls.handshake.type == 16
coaps-ok-gnutls                 | pcap    | 10.38.4      | dtls.app_data and udp.srcport == 5684
coaps-unknown-ca-gnutls         | pcap    | 10.38.5      | dtls.handshake.type == 11
coaps-cert-expired-gnutls       | pcap    | 10.38.6      | dtls.handshake.type == 11
coaps-no-client-cert-gnutls     | pcap    | 10.38.7      | dtls.handshake.type == 13
dtls12-ok-mbedtls               | pcap    | 10.39.1      | dtls.app_data and udp.srcport == 4433
dtls12-psk-ok-mbedtls           | pcap    | 10.39.2      | dtls.app_data and udp.srcport == 4433
dtls12-psk-wrong-key-mbedtls    | pcap    | 10.39.3      | dtls.handshake.type == 16
dtls12-psk-unknown-mbedtls      | pcap    | 10.39.4     | dtls.alert_message.desc == 115
dtls12-unknown-ca-mbedtls       | pcap    | 10.39.5      | dtls.alert_message.desc == 48
dtls12-cert-expired-mbedtls     | pcap    | 10.39.6      | dtls.alert_message.desc == 45
dtls12-no-client-cert-mbedtls   | pcap    | 10.39.7      | dtls.handshake.type == 13
dtls12-ok-wolfssl               | pcap    | 10.39.8      | dtls.app_data and udp.srcport == 4433
dtls12-psk-ok-wolfssl           | pcap    | 10.39.9      | dtls.app_data and udp.srcport == 4433
cert-unknown-ca-tls13-wolfssl   | pcap    | 10.39.16     | tls.app_data and tcp.dstport == 443 and tls.record.length == 19 | tls.alert_message
mtls-no-client-cert-mbedtls     | pcap    | 10.39.17     | tls.handshake.type == 13 and tcp.srcport == 443
dtls12-no-shared-cipher         | pcap    | 10.39.10     | dtls.alert_message.desc == 40 and udp.srcport == 4433
dtls12-psk-unknown-wolfssl      | pcap    | 10.39.11    | dtls.alert_message.desc == 115
dtls12-unknown-ca-wolfssl       | pcap    | 10.39.12     | dtls.alert_message.desc == 48
dtls12-cert-expired-wolfssl     | pcap    | 10.39.13     | dtls.alert_message.desc == 45
dtls12-no-client-cert-wolfssl   | pcap    | 10.39.14     | dtls.handshake.type == 13
dtls12-lossy-mbedtls            | pcap    | 10.39.15     | dtls.handshake.type == 1 and frame.time_relative > 2
dtls12-ok-openssl               | pcap    | 10.37.7      | dtls.app_data and udp.dstport == 4433 | dtls.alert_message.desc > 0
dtls12-cert-expired-openssl     | pcap    | fd00:37:8    | dtls.alert_message.desc == 45
dtls-client-hello-unanswered    | pcap    | 10.37.9      | dtls.handshake.type == 1 and frame.time_relative > 2 | udp.srcport == 4433
starts-mid-handshake            | pcap    | cut          | tls.handshake.type == 16 | tls.handshake.type == 1 or tls.handshake.type == 2
ends-early                      | pcapng  | cut          | tls.handshake.type == 14 | tls.handshake.type == 16
one-direction                   | pcap    | cut          | tls.handshake.type == 16 | tcp.srcport == 443
packets-lost                    | pcap    | cut          | tls.handshake.type == 16 | tls.handshake.type == 2
keylog-inside                   | pcapng  | cut          | tls.handshake.type == 11 and tcp.srcport == 443
keylog-partial                  | pcapng  | cut          | tls.handshake.type == 11 and tcp.srcport == 443 | tls.handshake.type == 4
snaplen-96                      | pcap    | cut          | frame.cap_len == 96 | frame.cap_len > 96
file-cut-short                  | pcap    | cut          | tls.handshake.type == 1 | tls.change_cipher_spec
EOF
}

### Peers that many samples share

# serve_openssl CERT [OPTION...]: s_server on 443 that turns each line round and sends it back.
serve_openssl() {
    serve_openssl_leaf "$@" -cert_chain "$ca/issuing.pem"
}

# serve_openssl_leaf CERT [OPTION...]: the same, without the intermediate.
serve_openssl_leaf() {
    local cert=$1
    shift
    server openssl s_server -rev -accept "$server_at:443" -cert "$ca/$cert.pem" \
        -key "$ca/$cert.key" "$@"
    await_port 443
}

# ask_openssl [OPTION...]: s_client that insists on a certificate it can verify.
ask_openssl() {
    talk | client openssl s_client -connect broker.example.org:443 \
        -servername broker.example.org -verify_hostname broker.example.org \
        -CAfile "$ca/root.pem" -verify_return_error "$@"
}

# serve_go CERT [OPTION...]
serve_go() {
    local cert=$1
    shift
    server "$work/tls_peer" -listen "$server_at:443" -chain "$ca/$cert.chain" \
        -key "$ca/$cert.key" "$@"
    await_port 443
}

# ask_go [OPTION...]
ask_go() {
    client "$work/tls_peer" -connect broker.example.org:443 -name broker.example.org "$@"
}

# ask_java VERSION AUTHORITY
ask_java() {
    client java -cp "$work" -Djavax.net.ssl.trustStore="$ca/$2.p12" \
        -Djavax.net.ssl.trustStorePassword=meadow TlsClient 443 broker.example.org "$1"
}

# ask_gnutls AUTHORITY PRIORITY
ask_gnutls() {
    talk | client gnutls-cli --x509cafile "$ca/$1.pem" --priority "$2" --port 443 \
        broker.example.org
}

# ask_mbedtls AUTHORITY
ask_mbedtls() {
    client "$work/mbedtls_peer" connect "$server_ip" 443 name=broker.example.org \
        roots="$ca/$1.pem"
}

# ask_curl URL [OPTION...]
ask_curl() {
    client curl -sS --max-time 10 --noproxy '' --cacert "$ca/root.pem" "$@"
}

# serve_nginx LINE...: one TLS server on 443 whose block holds these lines as well.
serve_nginx() {
    {
        echo "daemon off; pid $work/nginx.pid; error_log stderr; user root; events {}"
        echo "http { access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p;"
        echo "fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;"
        echo "server { listen $server_at:443 ssl; ssl_protocols TLSv1.2 TLSv1.3;"
        echo "server_name broker.example.org; ssl_certificate $ca/broker.chain;"
        echo "ssl_certificate_key $ca/broker.key; $* location / { return 200 'fine'; } } }"
    } >"$work/nginx.conf"
    server nginx -p "$work" -e stderr -c "$work/nginx.conf"
    await_port 443
}

# serve_mosquitto PORT LINE...: an MQTT broker with these lines in its configuration.
serve_mosquitto() {
    local port=$1
    shift
    printf '%s\n' 'user root' "listener $port $server_ip" "$@" \
        >"$work/mosquitto.conf"
    server env OPENSSL_CONF="${openssl_conf:-/etc/ssl/openssl.cnf}" \
        mosquitto -c "$work/mosquitto.conf"
    await_port "$port"
}

# serve_mqtts PORT CERT [LINE...]
serve_mqtts() {
    local port=$1 cert=$2
    shift 2
    serve_mosquitto "$port" "certfile $ca/$cert.chain" "keyfile $ca/$cert.key" \
        "cafile $ca/root.pem" 'allow_anonymous true' "$@"
}

# serve_mqtts_tls12 PORT CERT [LINE...]: mosquitto's own tls_version is a least version only, so
# the system's OpenSSL is told what an administrator would tell it.
serve_mqtts_tls12() {
    local openssl_conf=$work/tls12.cnf
    cat >"$openssl_conf" <<'EOF'
openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
MaxProtocol = TLSv1.2
EOF
    serve_mqtts "$@"
}

# ask_mosquitto PORT [OPTION...]
ask_mosquitto() {
    local port=$1
    shift
    client mosquitto_pub -h broker.example.org -p "$port" -i sensor-7 -t meadow/7/celsius \
        -m 21.5 "$@"
}

# refuse WHAT...: a rule of the server's own firewall.
refuse() {
    firewall "$server_ns" input "$@"
}

# forbid HOOK WHAT...: a rule of the router's, for what it passes on (forward) or says (output).
forbid() {
    firewall "$middle_ns" "$@"
}

# firewall NS HOOK WHAT...
firewall() {
    local ns=$1 hook=$2
    shift 2
    ip netns exec "$ns" nft -f - <<EOF
table inet samples {
    chain of_$hook {
        type filter hook $hook priority 0
        $*
    }
}
EOF
}

# lose WHAT...: packets of the server that vanish on their way.
lose() {
    ip netns exec "$server_ns" nft -f - <<EOF
table inet samples {
    chain out {
        type filter hook output priority 0
        $* drop
    }
}
EOF
}

### Completed

serve.tls13-ok-curl-nginx() { serve_nginx; }
ask.tls13-ok-curl-nginx() { ask_curl https://broker.example.org/; }

serve.tls12-ok-openssl() { serve_openssl broker -tls1_2; }
ask.tls12-ok-openssl() { ask_openssl; }

serve.tls12-ok-mbedtls() { serve_openssl broker; }
ask.tls12-ok-mbedtls() { ask_mbedtls root; }

serve.tls13-ok-go() { serve_go broker; }
ask.tls13-ok-go() { ask_go -roots "$ca/root.pem"; }

serve.tls13-ok-java() { serve_openssl broker; }
ask.tls13-ok-java() { ask_java TLSv1.3 root; }

serve.mqtts-ok-mosquitto() { serve_mqtts 8883 broker; }
ask.mqtts-ok-mosquitto() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

serve.mtls-ok-mosquitto() { serve_mtls_broker; }
ask.mtls-ok-mosquitto() { ask_mtls_broker device; }

serve.tls12-resumed-openssl() { serve_openssl broker -tls1_2; }
ask.tls12-resumed-openssl() {
    ask_openssl -sess_out "$work/session"
    ask_openssl -sess_in "$work/session"
}

# The client's secrets are kept beside the capture: they open nothing but it.
serve.keylog-tls13() { serve_openssl broker -tls1_3; }
ask.keylog-tls13() { ask_openssl -keylogfile "$into/keylog-tls13.keys"; }

# GnuTLS hides its alert in an encrypted record; its secrets bring it to light.
serve.keylog-tls13-expired() { serve_openssl expired -tls1_3; }
ask.keylog-tls13-expired() {
    SSLKEYLOGFILE="$into/keylog-tls13-expired.keys" ask_gnutls root NORMAL
}

serve.tls13-hello-retry() { serve_openssl broker -groups P-384; }
ask.tls13-hello-retry() { ask_openssl; }

serve.starttls-smtp-ok() {
    server /usr/bin/python3 "$here/peers/smtp_server.py" "$server_ip" 25 "$ca/broker.chain" \
        "$ca/broker.key" yes
    await_port 25
}
ask.starttls-smtp-ok() { ask_openssl -starttls smtp -connect broker.example.org:25; }

serve.http-connect-ok() {
    serve_openssl broker
    serve_proxy allow
}
ask.http-connect-ok() { ask_curl https://broker.example.org/ --proxy "$server_ip:3128" --http0.9; }

serve_proxy() {
    server /usr/bin/python3 "$here/peers/connect_proxy.py" "$server_ip" 3128 "$1"
    await_port 3128
}

# serve_gnutls PRIORITY
serve_gnutls() {
    server gnutls-serv --echo --port 443 --x509certfile "$ca/broker-rsa.chain" \
        --x509keyfile "$ca/broker-rsa.key" --priority "$1"
    await_port 443
}

static_rsa_3des=NONE:+VERS-TLS1.2:+3DES-CBC:+RSA:+SHA1:+SIGN-ALL:+COMP-NULL:+CTYPE-X509
serve.tls12-weak-cipher() { serve_gnutls "$static_rsa_3des"; }
ask.tls12-weak-cipher() { ask_gnutls root "$static_rsa_3des"; }

serve.tls12-no-forward-secrecy() { serve_openssl broker-rsa -tls1_2 -cipher AES128-GCM-SHA256; }
ask.tls12-no-forward-secrecy() { ask_openssl; }

serve.tls10-obsolete() { serve_openssl broker -tls1 -cipher DEFAULT@SECLEVEL=0; }
ask.tls10-obsolete() { ask_openssl -tls1 -cipher DEFAULT@SECLEVEL=0; }

serve.cert-expiring-soon() { serve_openssl expiring; }
ask.cert-expiring-soon() { ask_openssl -tls1_2; }

### Negotiation fails

serve.tls-version-too-old() { serve_openssl broker -min_protocol TLSv1.2; }
ask.tls-version-too-old() {
    ask_openssl -min_protocol TLSv1 -max_protocol TLSv1.1 -cipher DEFAULT@SECLEVEL=0
}

serve.tls-version-server-old() { serve_openssl broker -tls1 -cipher DEFAULT@SECLEVEL=0; }
ask.tls-version-server-old() { ask_curl https://broker.example.org/ --tlsv1.2 --tls-max 1.2; }

serve.tls-no-shared-cipher() { serve_go broker; } # its key is ECDSA, the client knows RSA only
ask.tls-no-shared-cipher() { ask_openssl -tls1_2 -cipher AES128-GCM-SHA256:AES128-SHA; }

serve.tls-no-shared-group() { serve_openssl broker -groups P-384; }
ask.tls-no-shared-group() { ask_openssl -tls1_3 -groups X25519:X448; }

serve.tls-alpn-mismatch() { serve_openssl broker -alpn x-amzn-mqtt-ca; }
ask.tls-alpn-mismatch() { ask_openssl -alpn mqtt; }

serve.tls-alpn-mismatch-tls13-go() { serve_go broker -alpn x-amzn-mqtt-ca; }
ask.tls-alpn-mismatch-tls13-go() { ask_openssl -alpn mqtt; }

serve.tls-sni-unrecognized() { serve_nginx 'ssl_reject_handshake on;'; }
ask.tls-sni-unrecognized() { ask_curl https://broker.example.org/; }

### The client refuses the server's certificate

serve.cert-expired-tls12-mosquitto() { serve_mqtts_tls12 8883 expired; }
ask.cert-expired-tls12-mosquitto() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

serve.cert-expired-tls13-mosquitto() { serve_mqtts 8883 expired; }
ask.cert-expired-tls13-mosquitto() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

serve.cert-expired-tls13-go() { serve_openssl expired; }
ask.cert-expired-tls13-go() { ask_go -roots "$ca/root.pem"; }

serve.cert-not-yet-valid-tls12-gnutls() { serve_openssl future; }
ask.cert-not-yet-valid-tls12-gnutls() { ask_gnutls root NORMAL:-VERS-TLS1.3; }

serve.client-clock-1970-openssl() { serve_openssl broker; }
ask.client-clock-1970-openssl() { ask_openssl -tls1_2 -attime 86400; }

serve.cert-self-signed-tls12-curl() { serve_openssl_leaf self-signed; }
ask.cert-self-signed-tls12-curl() { ask_curl https://broker.example.org/ --tls-max 1.2; }

serve.cert-unknown-ca-tls12-openssl() { serve_openssl broker; }
ask.cert-unknown-ca-tls12-openssl() { ask_openssl -tls1_2 -CAfile "$ca/elsewhere.pem"; }

serve.cert-unknown-ca-tls12-mbedtls() { serve_openssl broker; }
ask.cert-unknown-ca-tls12-mbedtls() { ask_mbedtls elsewhere; }

serve.cert-unknown-ca-tls12-java() { serve_openssl broker; }
ask.cert-unknown-ca-tls12-java() { ask_java TLSv1.2 elsewhere; }

serve.cert-unknown-ca-tls12-nss() { serve_openssl broker; }
ask.cert-unknown-ca-tls12-nss() {
    talk | client tstclnt -h broker.example.org -p 443 -d "sql:$ca/elsewhere.nss" \
        -V tls1.2:tls1.2 -4
}

serve.cert-unknown-ca-tls13-openssl() { serve_openssl broker; }
ask.cert-unknown-ca-tls13-openssl() { ask_openssl -CAfile "$ca/elsewhere.pem"; }

serve.cert-unknown-ca-tls13-java() { serve_openssl broker; }
ask.cert-unknown-ca-tls13-java() { ask_java TLSv1.3 elsewhere; }

serve.cert-unknown-ca-tls13-node() { serve_openssl broker; }
ask.cert-unknown-ca-tls13-node() {
    client node "$here/peers/tls_client.js" 443 broker.example.org "$ca/elsewhere.pem"
}

serve.cert-unknown-ca-tls13-gnutls() { serve_openssl broker; }
ask.cert-unknown-ca-tls13-gnutls() { ask_gnutls elsewhere NORMAL; }

serve.cert-name-mismatch-tls12-go() { serve_openssl wrong-name; }
ask.cert-name-mismatch-tls12-go() { ask_go -roots "$ca/root.pem" -tls12; }

serve.cert-name-mismatch-mosquitto() { serve_mqtts_tls12 8883 wrong-name; }
ask.cert-name-mismatch-mosquitto() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

serve.cert-name-mismatch-tls13-curl() { serve_openssl wrong-name -tls1_3; }
ask.cert-name-mismatch-tls13-curl() { ask_curl https://broker.example.org/; }

serve.cert-incomplete-chain() { serve_openssl_leaf broker; }
ask.cert-incomplete-chain() { ask_curl https://broker.example.org/ --tls-max 1.2; }

### The server refuses the client's certificate

serve.mtls-no-client-cert-tls12() {
    serve_openssl broker -tls1_2 -Verify 2 -verify_return_error -CAfile "$ca/root.pem"
}
ask.mtls-no-client-cert-tls12() { ask_openssl; }

serve.mtls-no-client-cert-tls13() {
    serve_openssl broker -tls1_3 -Verify 2 -verify_return_error -CAfile "$ca/root.pem"
}
ask.mtls-no-client-cert-tls13() { ask_openssl; }

serve.mtls-no-client-cert-tls13-go() { serve_go broker -roots "$ca/root.pem"; }
ask.mtls-no-client-cert-tls13-go() { ask_openssl; }

serve_mtls_broker() { serve_mqtts_tls12 8883 broker 'require_certificate true'; }
# ask_mtls_broker CERT [OPTION...]
ask_mtls_broker() {
    local cert=$1
    shift
    ask_mosquitto 8883 --cafile "$ca/root.pem" --cert "$ca/$cert.pem" --key "$ca/$cert.key" "$@"
}

# The lines that mosquitto and nginx wrote themselves.
log_of_mosquitto() { grep -E '^[0-9]{10}: ' "$1"; }
log_of_nginx() { grep -E '^[0-9]{4}/[0-9]{2}/[0-9]{2} ' "$1"; }

serve.log-no-client-cert-mosquitto() { serve_mqtts 8883 broker 'require_certificate true'; }
ask.log-no-client-cert-mosquitto() {
    ask_mosquitto 8883 --cafile "$ca/root.pem" --cert "$ca/device.pem" --key "$ca/device.key"
    ask_mosquitto 8883 --cafile "$ca/root.pem"
}
log.log-no-client-cert-mosquitto() { log_of_mosquitto "$1"; }

serve.log-unknown-ca-nginx() { serve_nginx 'error_log stderr info;'; }
ask.log-unknown-ca-nginx() { client curl -s --cacert "$ca/elsewhere.pem" https://broker.example.org/; }
log.log-unknown-ca-nginx() { log_of_nginx "$1"; }

serve.log-bad-password-mosquitto() {
    mosquitto_passwd -b -c "$work/passwords" sensor-7 meadow
    serve_mosquitto 1883 "password_file $work/passwords" 'connection_messages true'
}
ask.log-bad-password-mosquitto() { ask_mosquitto 1883 -u sensor-7 -P wrong; }
log.log-bad-password-mosquitto() { log_of_mosquitto "$1"; }

serve.mtls-no-client-cert-mosquitto() { serve_mqtts 8883 broker 'require_certificate true'; }
ask.mtls-no-client-cert-mosquitto() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

serve.mtls-client-cert-unknown-ca() { serve_mtls_broker; }
ask.mtls-client-cert-unknown-ca() { ask_mtls_broker stranger; }

serve.mtls-client-cert-expired() { serve_mtls_broker; }
ask.mtls-client-cert-expired() { ask_mtls_broker device-old; }

### Silence, and the way there

# serve_raw PORT MANNER
serve_raw() {
    server /usr/bin/python3 "$here/peers/raw_server.py" "$server_ip" "$1" "$2"
    await_port "$1"
}

serve.server-silent() { serve_raw 443 silent; }
ask.server-silent() { ask_curl https://broker.example.org/ --max-time 3; }

serve.server-closes-after-hello() { serve_raw 443 close; }
ask.server-closes-after-hello() { ask_curl https://broker.example.org/; }

serve.server-resets-after-hello() { serve_raw 443 reset; }
ask.server-resets-after-hello() { ask_curl https://broker.example.org/; }

serve.client-abandons() { serve_openssl broker -tls1_2; }
ask.client-abandons() {
    client /usr/bin/python3 "$here/peers/raw_client.py" "$server_ip" 443 broker.example.org abandon
}

serve.client-silent() { serve_openssl broker; }
ask.client-silent() {
    client /usr/bin/python3 "$here/peers/raw_client.py" "$server_ip" 443 broker.example.org silent
}

ask.connection-refused() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

serve.syn-unanswered() {
    serve_openssl broker
    refuse tcp dport 443 drop
}
ask.syn-unanswered() { ask_curl https://broker.example.org/ --connect-timeout 4; }

ask.neighbor-unanswered() {
    ask_curl "https://broker.example.org/" --connect-to "::${server_ip%.*}.44:443"
}

serve.icmp-prohibited() {
    serve_openssl broker
    refuse tcp dport 443 reject with icmpx admin-prohibited
}
ask.icmp-prohibited() { ask_curl https://broker.example.org/ --connect-timeout 2; }

### The wrong protocol

serve.http-to-tls-port() { serve_nginx; }
ask.http-to-tls-port() { ask_curl http://broker.example.org:443/; }

serve.mqtt-to-tls-port() { serve_mqtts 8884 broker; }
ask.mqtt-to-tls-port() { ask_mosquitto 8884; }

serve.tls-to-plain-mqtt() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.tls-to-plain-mqtt() { ask_mosquitto 1883 --cafile "$ca/root.pem"; }

serve.tls-to-ssh() { serve_raw 22 banner; }
ask.tls-to-ssh() { ask_curl https://broker.example.org:22/; }

serve.proxy-connect-refused() { serve_proxy 403; }
ask.proxy-connect-refused() { ask_curl https://broker.example.org/ --proxy "$server_ip:3128"; }

serve.starttls-refused() {
    server /usr/bin/python3 "$here/peers/smtp_server.py" "$server_ip" 25 "$ca/broker.chain" \
        "$ca/broker.key" no
    await_port 25
}
ask.starttls-refused() { ask_openssl -starttls smtp -connect broker.example.org:25; }

### MQTT without TLS

# serve_mosquitto_password: a broker that lets in sensor-7 only.
serve_mosquitto_password() {
    mosquitto_passwd -b -c "$work/passwords" sensor-7 meadow
    serve_mosquitto 1883 "password_file $work/passwords"
}

# ask_raw_mqtt MANNER
ask_raw_mqtt() {
    client /usr/bin/python3 "$here/peers/mqtt_client.py" "$server_ip" 1883 "$1"
}

serve.mqtt-ok() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-ok() { ask_mosquitto 1883; }

serve.mqtt-ok-v5() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-ok-v5() { ask_mosquitto 1883 -V mqttv5; }

serve.mqtt-bad-password() { serve_mosquitto_password; }
ask.mqtt-bad-password() { ask_mosquitto 1883 -u sensor-7 -P forgotten; }

serve.mqtt-v5-not-authorized() { serve_mosquitto_password; }
ask.mqtt-v5-not-authorized() { ask_mosquitto 1883 -V mqttv5; }

serve.mqtt-version-unacceptable() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-version-unacceptable() { ask_raw_mqtt level; }

serve.mqtt-client-id-rejected() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-client-id-rejected() { ask_raw_mqtt no-id; }

serve.mqtt-takeover-loop() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-takeover-loop() {
    local twin=(mosquitto_sub -h broker.example.org -i sensor-7 -t meadow/7/set -W 4)
    client "${twin[@]}" &
    sleep 0.5
    client "${twin[@]}"
    wait $!
}

serve.mqtt-keepalive-timeout() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-keepalive-timeout() { ask_raw_mqtt silent; }

serve.mqtt-connect-twice() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-connect-twice() { ask_raw_mqtt twice; }

serve.mqtt-acl-denied() {
    printf 'topic read #\n' >"$work/acl"
    serve_mosquitto 1883 'allow_anonymous true' "acl_file $work/acl"
}
ask.mqtt-acl-denied() { ask_mosquitto 1883 -V mqttv5 -q 1; }

serve.mqtt-v5-will-qos() { serve_mosquitto 1883 'allow_anonymous true' 'max_qos 0'; }
ask.mqtt-v5-will-qos() { ask_mosquitto 1883 -V mqttv5 --will-topic meadow/7/gone --will-qos 1; }

serve.mqtt-v5-auth-method() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-v5-auth-method() {
    ask_mosquitto 1883 -V mqttv5 -D connect authentication-method SCRAM-SHA-256
}

serve.mqtt-packet-too-large() { serve_mosquitto 1883 'allow_anonymous true' 'max_packet_size 40'; }
ask.mqtt-packet-too-large() {
    ask_mosquitto 1883 --will-topic meadow/7/gone --will-payload 'it left without a word'
}

serve.mqtt-publish-wildcard() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-publish-wildcard() { ask_raw_mqtt wildcard; }

serve.mqtt-half-connect() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-half-connect() { ask_raw_mqtt half; }

serve.mqtt-full() { serve_mosquitto 1883 'allow_anonymous true' 'max_connections 1'; }
ask.mqtt-full() {
    client mosquitto_sub -h broker.example.org -i sensor-7 -t meadow/7/set -W 2 &
    sleep 0.5
    client mosquitto_pub -h broker.example.org -i sensor-8 -t meadow/8/celsius -m 21.5
    wait $!
}

serve.mqtt-reconnect-storm() { serve_mosquitto_password; }
ask.mqtt-reconnect-storm() {
    local attempt
    for ((attempt = 0; attempt < 6; attempt++)); do
        ask_mosquitto 1883 -u sensor-7 -P forgotten
        sleep 1
    done
}

serve.mqtt-no-connect() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.mqtt-no-connect() { ask_raw_mqtt no-connect; }

serve.mqtts-refused-inside() {
    mosquitto_passwd -b -c "$work/passwords" sensor-7 meadow
    serve_mosquitto 8883 "certfile $ca/broker.chain" "keyfile $ca/broker.key" \
        "password_file $work/passwords"
}
ask.mqtts-refused-inside() {
    ask_mosquitto 8883 --cafile "$ca/root.pem" -u sensor-7 -P forgotten
}

serve.mqtts-refused-keys() { serve.mqtts-refused-inside; }
ask.mqtts-refused-keys() { ask_websocket 8883 / refused --tls "$into/mqtts-refused-keys.keys"; }

### WebSocket

# serve_mosquitto_websocket [LINE...]: it wants a plain listener beside the one on 9001.
serve_mosquitto_websocket() {
    serve_mosquitto 1883 'allow_anonymous true' 'listener 9001' 'protocol websockets' "$@"
    await_port 9001
}

# ask_websocket PORT PATH MANNER [--tls KEYLOG]
ask_websocket() {
    client env SSL_CERT_FILE="$ca/root.pem" \
        /usr/bin/python3 "$here/peers/websocket_client.py" "$server_ip" "$@"
}

# serve_websocket_raw PORT MANNER
serve_websocket_raw() {
    server /usr/bin/python3 "$here/peers/websocket_server.py" "$server_ip" "$@"
    await_port "$1"
}

serve.websocket-mqtt() { serve_mosquitto_websocket; }
ask.websocket-mqtt() { ask_websocket 9001 /mqtt mqtt; }

serve.websocket-mqtt-pieces() { serve_mosquitto_websocket; }
ask.websocket-mqtt-pieces() { ask_websocket 9001 /mqtt pieces; }

serve.websocket-text() { serve_mosquitto_websocket; }
ask.websocket-text() { ask_websocket 9001 /mqtt text; }

serve.websocket-chat() { serve_mosquitto_websocket; }
ask.websocket-chat() { ask_websocket 9001 /mqtt chat; }

serve.websocket-to-plain-mqtt() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.websocket-to-plain-mqtt() { ask_websocket 1883 /mqtt mqtt; }

serve.websocket-no-such-path() { serve_websocket_raw 80 404; }
ask.websocket-no-such-path() { ask_websocket 80 /mqtt mqtt; }

serve.websocket-bad-gateway() { serve_websocket_raw 80 502; }
ask.websocket-bad-gateway() { ask_websocket 80 /mqtt mqtt; }

serve.websocket-no-subprotocol() { serve_websocket_raw 80 no-subprotocol; }
ask.websocket-no-subprotocol() { ask_websocket 80 /mqtt mqtt; }

serve.websocket-coap() { serve_websocket_raw 80 coap; }
ask.websocket-coap() { ask_websocket 80 /.well-known/coap coap; }

serve.wss-mqtt-keys() {
    serve_mosquitto_websocket "certfile $ca/broker.chain" "keyfile $ca/broker.key"
}
ask.wss-mqtt-keys() { ask_websocket 9001 /mqtt mqtt --tls "$into/wss-mqtt-keys.keys"; }

### CoAP and DTLS

# serve_coap [OPTION...]: coap-server on 5683, with these options for 5684.
serve_coap() {
    server coap-server-openssl -A "$server_ip" "$@"
    await_port 5683
}

# ask_coap SECONDS URI [OPTION...]
ask_coap() {
    local seconds=$1 uri=$2
    shift 2
    client coap-client-openssl -B "$seconds" "$@" "$uri"
}

# serve_dtls CERT [OPTIONS]: s_server ends with its input, so that is kept open.
serve_dtls() {
    server sh -c "sleep 60 | exec openssl s_server -quiet -dtls1_2 -accept '$server_at:4433' \
        -cert '$ca/$1.pem' -key '$ca/$1.key' -cert_chain '$ca/issuing.pem' ${*:2}"
    await_port 4433
}

# ask_dtls
ask_dtls() {
    ask_openssl -dtls1_2 -connect broker.example.org:4433
}

serve.coap-ok() { serve_coap; }
ask.coap-ok() { ask_coap 2 "coap://$server_at/time"; }

serve.coap-not-found() { serve_coap; }
ask.coap-not-found() { ask_coap 2 "coap://$server_at/barn/door"; }

ask.coap-port-closed() { ask_coap 2 "coap://$server_at/time"; }

serve.coap-unanswered() {
    serve_coap
    refuse udp dport 5683 drop
}
ask.coap-unanswered() { ask_coap 10 "coap://$server_at/time"; }

serve.coap-observe() { serve_coap; }
ask.coap-observe() { ask_coap 4 "coap://$server_at/time" -s 3; }

# /example_data keeps what it is given, in blocks where that is much.
serve.coap-block-download() { serve_coap; }
ask.coap-block-download() {
    head -c 600 /dev/zero | tr '\0' m >"$work/meadow"
    ask_coap 2 "coap://$server_at/example_data" -m put -f "$work/meadow"
    ask_coap 2 "coap://$server_at/example_data" -b 64
}

serve.coap-block-upload() { serve_coap; }
ask.coap-block-upload() {
    head -c 600 /dev/zero | tr '\0' m >"$work/meadow"
    ask_coap 2 "coap://$server_at/example_data" -m put -f "$work/meadow" -b 64
}

serve.coap-separate() { serve_coap; }
ask.coap-separate() { ask_coap 8 "coap://$server_at/async?2"; }

serve.coap-tcp() { serve_coap; }
ask.coap-tcp() { ask_coap 2 "coap+tcp://$server_at/time"; }

serve.coap-method-not-allowed() { serve_coap; }
ask.coap-method-not-allowed() { ask_coap 2 "coap://$server_at/async" -m delete; }

serve.coap-bad-option() { serve_coap; }
ask.coap-bad-option() { ask_coap 2 "coap://$server_at/time" -O 9999,meadow; }

serve.coap-proxy-refused() { serve_coap; }
ask.coap-proxy-refused() { ask_coap 2 coap://meadow.example.org/time -P "coap://$server_at"; }

serve.coaps-psk-ok() { serve_coap -k meadow-key; }
ask.coaps-psk-ok() { ask_coap 2 "coaps://$server_at/time" -u sensor-7 -k meadow-key; }

serve.coaps-psk-wrong-key() { serve_coap -k meadow-key; }
ask.coaps-psk-wrong-key() { ask_coap 8 "coaps://$server_at/time" -u sensor-7 -k old-key; }

# The same library built with GnuTLS.
serve_coap_gnutls() {
    server coap-server-gnutls -A "$server_ip" "$@"
    await_port 5683
}
ask_coap_gnutls() {
    local seconds=$1 uri=$2
    shift 2
    client coap-client-gnutls -B "$seconds" "$@" "$uri"
}
# serve_coaps_gnutls CERT [OPTION...]
serve_coaps_gnutls() {
    serve_coap_gnutls -c "$ca/$1.chain" -j "$ca/$1.key" "${@:2}"
}

serve.coaps-psk-ok-gnutls() { serve_coap_gnutls -k meadow-key; }
ask.coaps-psk-ok-gnutls() {
    ask_coap_gnutls 2 "coaps://$server_at/time" -u sensor-7 -k meadow-key
}

serve.coaps-psk-wrong-key-gnutls() { serve_coap_gnutls -k meadow-key; }
ask.coaps-psk-wrong-key-gnutls() {
    ask_coap_gnutls 8 "coaps://$server_at/time" -u sensor-7 -k old-key
}

serve.coaps-ok-gnutls() { serve_coaps_gnutls broker; }
ask.coaps-ok-gnutls() {
    ask_coap_gnutls 2 'coaps://broker.example.org/time' -R "$ca/root.pem"
}

serve.coaps-unknown-ca-gnutls() { serve_coaps_gnutls broker; }
ask.coaps-unknown-ca-gnutls() {
    ask_coap_gnutls 6 'coaps://broker.example.org/time' -C "$ca/elsewhere.pem"
}

serve.coaps-cert-expired-gnutls() { serve_coaps_gnutls expired; }
ask.coaps-cert-expired-gnutls() {
    ask_coap_gnutls 6 'coaps://broker.example.org/time' -C "$ca/root.pem"
}

serve.coaps-no-client-cert-gnutls() { serve_coaps_gnutls broker -C "$ca/root.pem"; }
ask.coaps-no-client-cert-gnutls() {
    ask_coap_gnutls 6 'coaps://broker.example.org/time' -R "$ca/root.pem"
}

# serve_dtls_gnutls OPTION...
serve_dtls_gnutls() {
    server gnutls-serv --udp --port 4433 --echo "$@"
    sleep 0.5
}

# ask_dtls_gnutls OPTION...
ask_dtls_gnutls() {
    talk | client gnutls-cli --udp --port 4433 --priority NORMAL:-VERS-ALL:+VERS-DTLS1.2 "$@" \
        broker.example.org
}

serve.dtls12-ok-gnutls() {
    serve_dtls_gnutls --x509certfile "$ca/broker.chain" --x509keyfile "$ca/broker.key"
}
ask.dtls12-ok-gnutls() { ask_dtls_gnutls --x509cafile "$ca/root.pem"; }

serve.dtls12-unknown-ca-gnutls() { serve.dtls12-ok-gnutls; }
ask.dtls12-unknown-ca-gnutls() { ask_dtls_gnutls --x509cafile "$ca/elsewhere.pem"; }

serve.dtls12-psk-wrong-key-gnutls() {
    printf 'sensor-7:%s\n' 6d6561646f772d6b6579 >"$work/psk.txt"
    serve_dtls_gnutls --pskpasswd "$work/psk.txt" \
        --priority NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK
}
# ask_psk_gnutls IDENTITY KEY: the key in hexadecimal.
ask_psk_gnutls() {
    talk | client gnutls-cli --udp --port 4433 --pskusername "$1" --pskkey "$2" \
        --priority NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK broker.example.org
}
ask.dtls12-psk-wrong-key-gnutls() { ask_psk_gnutls sensor-7 6f6c642d6b6579; }

serve.dtls12-psk-unknown-gnutls() { serve.dtls12-psk-wrong-key-gnutls; }
ask.dtls12-psk-unknown-gnutls() { ask_psk_gnutls sensor-9 6d6561646f772d6b6579; }

# serve_small LIBRARY [OPTION...] and ask_small LIBRARY [OPTION...]: DTLS between small devices.
serve_small() {
    local library=$1
    shift
    server "$work/${library}_peer" listen "$server_ip" 4433 dtls "$@"
    await_port 4433
}
ask_small() {
    local library=$1
    shift
    client "$work/${library}_peer" connect "$server_ip" 4433 dtls "$@"
}

# serve_small_cert LIBRARY CERT [OPTION...]
serve_small_cert() {
    serve_small "$1" chain="$ca/$2.chain" key="$ca/$2.key" "${@:3}"
}
# ask_small_cert LIBRARY AUTHORITY [OPTION...]
ask_small_cert() { ask_small "$1" name=broker.example.org roots="$ca/$2.pem" "${@:3}"; }

meadow_psk=(identity=sensor-7 psk=meadow-key)

serve.dtls12-ok-mbedtls() { serve_small_cert mbedtls broker; }
ask.dtls12-ok-mbedtls() { ask_small_cert mbedtls root; }

serve.dtls12-psk-ok-mbedtls() { serve_small mbedtls "${meadow_psk[@]}"; }
ask.dtls12-psk-ok-mbedtls() { ask_small mbedtls "${meadow_psk[@]}"; }

serve.dtls12-psk-wrong-key-mbedtls() { serve_small mbedtls "${meadow_psk[@]}"; }
ask.dtls12-psk-wrong-key-mbedtls() { ask_small mbedtls identity=sensor-7 psk=old-key; }

serve.dtls12-psk-unknown-mbedtls() { serve_small mbedtls "${meadow_psk[@]}"; }
ask.dtls12-psk-unknown-mbedtls() { ask_small mbedtls identity=sensor-9 psk=meadow-key; }

serve.dtls12-unknown-ca-mbedtls() { serve_small_cert mbedtls broker; }
ask.dtls12-unknown-ca-mbedtls() { ask_small_cert mbedtls elsewhere; }

serve.dtls12-cert-expired-mbedtls() { serve_small_cert mbedtls expired; }
ask.dtls12-cert-expired-mbedtls() { ask_small_cert mbedtls root; }

serve.dtls12-no-client-cert-mbedtls() {
    serve_small_cert mbedtls broker roots="$ca/root.pem" require
}
ask.dtls12-no-client-cert-mbedtls() { ask_small_cert mbedtls root; }

serve.cert-unknown-ca-tls13-wolfssl() { serve_openssl broker; }
ask.cert-unknown-ca-tls13-wolfssl() {
    client "$work/wolfssl_peer" connect "$server_ip" 443 name=broker.example.org \
        roots="$ca/elsewhere.pem"
}

serve.mtls-no-client-cert-mbedtls() {
    server "$work/mbedtls_peer" listen "$server_ip" 443 chain="$ca/broker.chain" \
        key="$ca/broker.key" roots="$ca/root.pem" require
    await_port 443
}
ask.mtls-no-client-cert-mbedtls() { ask_openssl; }

serve.dtls12-ok-wolfssl() { serve_small_cert wolfssl broker; }
ask.dtls12-ok-wolfssl() { ask_small_cert wolfssl root; }

serve.dtls12-psk-ok-wolfssl() { serve_small wolfssl "${meadow_psk[@]}"; }
ask.dtls12-psk-ok-wolfssl() { ask_small wolfssl "${meadow_psk[@]}"; }

serve.dtls12-no-shared-cipher() { serve_small mbedtls "${meadow_psk[@]}"; }
ask.dtls12-no-shared-cipher() { ask_small wolfssl "${meadow_psk[@]}"; } # knows DHE_PSK only

serve.dtls12-psk-unknown-wolfssl() { serve_small wolfssl "${meadow_psk[@]}"; }
ask.dtls12-psk-unknown-wolfssl() { ask_small wolfssl identity=sensor-9 psk=meadow-key; }

serve.dtls12-unknown-ca-wolfssl() { serve_small_cert wolfssl broker; }
ask.dtls12-unknown-ca-wolfssl() { ask_small_cert wolfssl elsewhere; }

serve.dtls12-cert-expired-wolfssl() { serve_small_cert mbedtls expired; }
ask.dtls12-cert-expired-wolfssl() { ask_small_cert wolfssl root; }

serve.dtls12-no-client-cert-wolfssl() {
    serve_small_cert wolfssl broker roots="$ca/root.pem" require
}
ask.dtls12-no-client-cert-wolfssl() { ask_small_cert wolfssl root; }

# The way to the client loses what has over 500 bytes, before it comes to where we listen.
serve.dtls12-lossy-mbedtls() {
    serve_small_cert mbedtls broker
    lose udp sport 4433 udp length gt 500
}
ask.dtls12-lossy-mbedtls() { ask_small_cert mbedtls root; }

serve.dtls12-ok-openssl() { serve_dtls broker; }
ask.dtls12-ok-openssl() { ask_dtls; }

serve.dtls12-cert-expired-openssl() { serve_dtls expired; }
ask.dtls12-cert-expired-openssl() { ask_dtls; }

serve.dtls-client-hello-unanswered() {
    serve_dtls broker
    refuse udp dport 4433 drop
}
ask.dtls-client-hello-unanswered() { ask_dtls; }

### Captures that do not show all: cut from a sample above

# cut_packets FROM TO FRAMES FORMAT: FRAMES as editcap wants them.
cut_packets() {
    # shellcheck disable=SC2086 # FRAMES are several words
    editcap -r -F "$4" "$1" "$2" $3
}

cut.starts-mid-handshake() {
    local whole
    whole=$(sample tls12-ok-openssl)
    cut_packets "$whole" "$1" "$(frame_of "$whole" 'tls.handshake.type == 16')-100000" pcap
}

cut.ends-early() {
    local whole
    whole=$(sample tls12-ok-openssl)
    cut_packets "$whole" "$1" "1-$(frame_of "$whole" 'tls.handshake.type == 14')" pcapng
}

cut.one-direction() {
    tshark -r "$(sample tls12-ok-openssl)" -Y 'tcp.dstport == 443' -F pcap -w "$1"
}

cut.packets-lost() {
    local whole
    whole=$(sample tls12-ok-openssl)
    editcap -F pcap "$whole" "$1" "$(frame_of "$whole" 'tls.handshake.type == 2')"
}

cut.snaplen-96() { editcap -F pcap -s 96 "$(sample cert-expired-tls12-mosquitto)" "$1"; }

# The secrets travel inside the capture, as a Decryption Secrets Block.
cut.keylog-inside() {
    editcap --inject-secrets "tls,$into/keylog-tls13.keys" -F pcapng "$(sample keylog-tls13)" "$1"
}

# Of those secrets, the ones for what comes behind the handshake are missing.
cut.keylog-partial() {
    local keys
    keys=$(mktemp)
    grep -v TRAFFIC_SECRET_0 "$into/keylog-tls13.keys" >"$keys"
    editcap --inject-secrets "tls,$keys" -F pcapng "$(sample keylog-tls13)" "$1"
    rm -f "$keys"
}

# The file itself ends inside a packet, as after a full disk or an aborted copy.
cut.file-cut-short() { head -c 1100 "$(sample tls12-ok-openssl)" >"$1"; }
