# shellcheck shell=bash
# shellcheck disable=SC2154 # ca, work, into, client_ip, server_ip, server_at are make's
#
# The samples of the network's share: loss, resets, firewalls, black holes, wrong ports, and half
# captures. Written as captures.sh is, whose peers talk here; most have a way of their own.

# network_captures: as captures in captures.sh.
network_captures() {
    cat <<'EOF'
loss-server-flight              | pcap    | 10.41.1      | tls.handshake.type == 1 | tcp.srcport == 443 and tcp.len > 0
loss-server-flight-at-server    | pcap    | fd00:41:2    | tcp.analysis.retransmission and tcp.srcport == 443 | tcp.analysis.retransmission and tcp.dstport == 443 and tcp.len > 0
loss-client-hello               | pcap    | 10.41.3      | tcp.analysis.retransmission and tcp.dstport == 443 and tcp.len > 0 | tcp.srcport == 443 and tcp.len > 0
loss-syn-ack-at-server          | pcap    | 10.41.4      | tcp.flags.syn == 1 and tcp.srcport == 443 | tcp.len > 0
loss-link-dies                  | pcap    | 10.41.5      | tls.handshake.type == 14 and tcp.srcport == 443 | tls.change_cipher_spec and tcp.srcport == 443
loss-connack                    | pcap    | 192.168.61   | mqtt.msgtype == 1 and tcp.dstport == 1883 | mqtt.msgtype == 2
loss-syn-once-ok                | pcap    | 10.41.6      | tcp.flags.syn == 1 and tcp.analysis.retransmission and tcp.dstport == 443
loss-heavy-ok                   | pcap    | 10.41.7      | tcp.analysis.retransmission | tls.alert_message.desc > 0
loss-reordered-ok               | pcap    | 10.41.8      | tcp.analysis.out_of_order or tcp.analysis.fast_retransmission or tcp.analysis.retransmission or tcp.analysis.lost_segment | tls.alert_message.desc > 0
loss-duplicates-ok              | pcap    | 10.41.9      | tcp.analysis.retransmission or tcp.analysis.duplicate_ack | tls.alert_message.desc > 0
loss-bit-error-ok               | pcap    | 10.41.10     | tcp.analysis.retransmission and tcp.srcport == 443 | tls.alert_message.desc > 0
loss-bit-error-unseen           | pcap    | 10.41.11     | tls.alert_message.desc == 20 and tcp.srcport == 443
slow-ok                         | pcap    | 10.41.12     | tls.app_data and tcp.srcport == 443 and tcp.time_relative > 2 | tls.alert_message.desc > 0
dtls12-loss-ok                  | pcap    | 10.41.13     | dtls.app_data and udp.dstport == 4433 and frame.time_relative > 1 | dtls.alert_message.desc > 0
dtls12-large-lost               | pcap    | 10.41.14     | frame.time_relative > 3 and dtls.handshake.type == 1 | dtls.handshake.type == 11
dtls12-large-lost-at-server     | pcap    | 10.41.15     | frame.time_relative > 3 and dtls.handshake.type == 11
coap-loss-ok                    | pcap    | fd00:41:16   | coap.code == 69 and frame.time_relative > 1.5
reset-injected                  | pcap    | 10.42.1      | tcp.flags.reset == 1 and ip.ttl == 117 and tcp.srcport == 443
reset-injected-both-ways        | pcap    | 10.42.2      | tcp.flags.reset == 1 and tcp.srcport == 443
reset-injected-at-server        | pcap    | fd00:42:3    | tcp.flags.reset == 1 and tcp.dstport == 443 and ipv6.hlim == 240
name-filter-reset               | pcap    | 10.42.4      | tls.app_data and tcp.stream == 1 and tcp.srcport == 443 | tls.app_data and tcp.stream == 0
name-filter-drop                | pcap    | 10.42.5      | tls.app_data and tcp.stream == 1 and tcp.srcport == 443 | tcp.srcport == 443 and tcp.len > 0 and tcp.stream == 0
mtu-black-hole                  | pcap    | 10.43.1      | tcp.analysis.lost_segment or tcp.analysis.duplicate_ack | tls.handshake.type == 2
mtu-black-hole-at-server        | pcap    | 10.43.2      | tcp.analysis.retransmission and tcp.srcport == 443 and tcp.len > 1300
mtu-black-hole-large-hello      | pcap    | 10.43.3      | tcp.analysis.retransmission and tcp.dstport == 443 and tcp.len > 1300 | tcp.srcport == 443 and tcp.len > 0
mtu-icmp-ok                     | pcap    | 10.43.4      | icmp.type == 3 and icmp.code == 4 and icmp.mtu == 1280 | tls.alert_message.desc > 0
mtu-icmp6-ok                    | pcap    | fd00:43:5    | icmpv6.type == 2 and icmpv6.mtu == 1320 | tls.alert_message.desc > 0
mtu-icmp-blocked                | pcap    | 10.43.6      | tcp.analysis.retransmission and tcp.srcport == 443 and tcp.len > 1300 | icmp
firewall-reset                  | pcap    | 10.44.1      | tcp.flags.reset == 1 and tcp.srcport == 8883
firewall-drops-later            | pcap    | 10.44.2      | tcp.analysis.retransmission and tcp.dstport == 443 and tcp.len > 200 | tcp.srcport == 443 and tcp.len > 0
firewall-udp-prohibited         | pcap    | 10.44.3      | icmp.type == 3 and icmp.code == 13 and udp.dstport == 4433
firewall-icmp6-prohibited       | pcap    | fd00:44:4    | icmpv6.type == 1 and icmpv6.code == 1
host-unreachable                | pcap    | 10.44.5      | icmp.type == 3 and icmp.code == 1
host-unreachable-coap           | pcap    | 10.44.6      | icmp.type == 3 and icmp.code == 1 and udp.dstport == 5683
network-unreachable             | pcap    | 10.44.7      | icmp.type == 3 and icmp.code == 0
routing-loop                    | pcap    | 10.44.8      | icmp.type == 11 and icmp.code == 0
server-closes-late              | pcap    | 10.45.1      | tcp.flags.fin == 1 and tcp.srcport == 443 and tcp.time_relative > 3 | tcp.srcport == 443 and tcp.len > 0
mqtt-server-silent              | pcap    | 192.168.62   | mqtt.msgtype == 1 | tcp.srcport == 1883 and tcp.len > 0
tls-to-http                     | pcap    | 10.46.1      | http.response.code == 400 and tcp.srcport == 80
tls-to-smtp                     | pcap    | 10.46.2      | smtp.response.code == 220
tls-to-proxy-error              | pcap    | 10.46.3      | tcp.payload[0:4] == 48:54:54:50 and tcp.srcport == 443
http-to-tls-port-go             | pcap    | 10.46.4      | tcp.payload[0:3] == 47:45:54 and tcp.dstport == 443
websocket-to-plain-mqtt         | pcap    | 192.168.63   | frame contains "Upgrade: websocket" and tcp.dstport == 1883 | tcp.srcport == 1883 and tcp.len > 0
mqtt-to-http                    | pcap    | 192.168.64   | mqtt.msgtype == 1 or frame contains "MQTT"
coap-to-dtls-port               | pcap    | 10.46.5      | udp.dstport == 5684 | udp.srcport == 5684
dtls-to-coap-port               | pcap    | 10.46.6      | udp.dstport == 5683 and udp.payload[0:1] == 16
one-direction-server            | pcap    | cut          | tls.handshake.type == 11 | tcp.dstport == 443
one-direction-failed            | pcap    | cut          | tls.alert_message.desc == 45 | tcp.srcport == 8883
one-direction-server-failed     | pcap    | cut          | tls.alert_message.desc == 70 | tcp.dstport == 443
snaplen-96-ok                   | pcap    | cut          | frame.cap_len == 96 | frame.cap_len > 96
snaplen-128-ok                  | pcap    | cut          | frame.cap_len == 128 | frame.cap_len > 128
starts-at-alert                 | pcap    | cut          | tls.alert_message.desc == 45 | tls.handshake.type == 11
starts-at-server-hello          | pcap    | cut          | tls.handshake.type == 2 | tls.handshake.type == 1
ends-after-syn                  | pcap    | cut          | tcp.flags.syn == 1 | tcp.flags.syn == 0
ends-after-client-hello         | pcap    | cut          | tls.handshake.type == 1 | tcp.srcport == 443 and tcp.len > 0
span-duplicates                 | pcap    | cut          | tls.app_data and tcp.srcport == 443
span-duplicates-failed          | pcap    | cut          | tls.alert_message.desc == 45
vlan-ok                         | pcap    | cut          | vlan.id == 41 and tls.app_data and tcp.srcport == 443
vlan-one-way-tagged-ok          | pcap    | cut          | vlan.id == 41 and tls.handshake.type == 1 | vlan and tcp.srcport == 443
vlan-qinq-failed                | pcap    | cut          | vlan.id == 41 and tls.alert_message.desc == 45
super-segments-ok               | pcap    | 10.47.1      | tcp.len > 1460 and tcp.srcport == 443
no-ip-zigbee                    | pcap    | cut          | wpan | ip
EOF
}

### Loss

serve_tls() { serve_openssl broker "$@"; }
ask_curl_briefly() { ask_curl https://broker.example.org/ --http0.9 --max-time "$1" "${@:2}"; }

way.loss-server-flight() { lay_path "$1" 'down data drop'; }
serve.loss-server-flight() { serve_tls; }
ask.loss-server-flight() { ask_curl_briefly 6; }

way.loss-server-flight-at-server() {
    lay_path "$1" 'down data drop'
    record_at server
}
serve.loss-server-flight-at-server() { serve_tls -tls1_2; }
ask.loss-server-flight-at-server() { ask_curl_briefly 6; }

way.loss-client-hello() { lay_path "$1" 'up data drop'; }
serve.loss-client-hello() { serve_tls; }
ask.loss-client-hello() { ask_curl_briefly 6; }

way.loss-syn-ack-at-server() {
    lay_path "$1" 'down synack drop'
    record_at server
}
serve.loss-syn-ack-at-server() { serve_tls; }
ask.loss-syn-ack-at-server() { ask_curl_briefly 6; }

# Nothing passes after the server's flight, which the client still acknowledges in vain.
way.loss-link-dies() { lay_path "$1" 'up data nth=2- drop' 'up fin drop' 'down data nth=2- drop'; }
serve.loss-link-dies() { serve_tls -tls1_2; }
ask.loss-link-dies() { ask_curl_briefly 6; }

way.loss-connack() { lay_path "$1" 'down data drop'; }
serve.loss-connack() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.loss-connack() { ask_mosquitto_briefly 6 1883; }

# ask_mosquitto_briefly SECONDS PORT [OPTION...]: mosquitto_pub itself never gives up.
ask_mosquitto_briefly() {
    client timeout -s INT "$1" mosquitto_pub -h broker.example.org -p "$2" -i sensor-7 \
        -t meadow/7/celsius -m 21.5 "${@:3}"
}

way.loss-syn-once-ok() { lay_path "$1" 'up syn nth=1 drop'; }
serve.loss-syn-once-ok() { serve_tls; }
ask.loss-syn-once-ok() { ask_openssl; }

way.loss-heavy-ok() { lay_path "$1" 'tcp data nth=1-9 chance=50 seed=3 drop'; }
serve.loss-heavy-ok() { serve_tls -tls1_2; }
ask.loss-heavy-ok() { ask_curl_briefly 11; }

# The first full segment comes after all others.
way.loss-reordered-ok() { lay_path "$1" 'down over=1400 nth=1 delay=12'; }
serve.loss-reordered-ok() { serve_long_chain -tls1_2; }
ask.loss-reordered-ok() { ask_openssl; }

way.loss-duplicates-ok() { lay_path "$1" 'tcp copy'; }
serve.loss-duplicates-ok() { serve_tls; }
ask.loss-duplicates-ok() { ask_openssl; }

# The checksum tells, so the receiver drops the segment and it is sent again.
way.loss-bit-error-ok() { lay_path "$1" 'down data nth=1 flip=60'; }
serve.loss-bit-error-ok() { serve_tls -tls1_2; }
ask.loss-bit-error-ok() { ask_openssl; }

# The checksum is right again, as after a faulty router: only TLS sees it (in the client's Finished).
way.loss-bit-error-unseen() { lay_path "$1" 'up data nth=2 change=80'; }
serve.loss-bit-error-unseen() { serve_tls -tls1_2; }
ask.loss-bit-error-unseen() { ask_openssl; }

way.slow-ok() { lay_path "$1" 'tcp delay=400'; }
serve.slow-ok() { serve_tls -tls1_2; }
ask.slow-ok() { { sleep 3; talk; } | client openssl s_client -quiet -connect broker.example.org:443; }

way.dtls12-loss-ok() { lay_path "$1" 'down udp nth=2 drop' 'up udp nth=4 drop'; }
serve.dtls12-loss-ok() { serve_dtls broker; }
ask.dtls12-loss-ok() { { sleep 4; talk; } | client openssl s_client -dtls1_2 -connect broker.example.org:4433; }

# Datagrams of over 700 bytes never pass: the certificate is in one.
way.dtls12-large-lost() { lay_path "$1" 'udp over=700 drop'; }
serve.dtls12-large-lost() { serve_dtls broker -mtu 1400; }
ask.dtls12-large-lost() { ask_dtls_for 8; }

way.dtls12-large-lost-at-server() {
    lay_path "$1" 'udp over=700 drop'
    record_at server
}
serve.dtls12-large-lost-at-server() { serve_dtls broker -mtu 1400; }
ask.dtls12-large-lost-at-server() { ask_dtls_for 8; }

# ask_dtls_for SECONDS
ask_dtls_for() {
    { sleep "$1"; } | client openssl s_client -dtls1_2 -connect broker.example.org:4433 \
        -servername broker.example.org -CAfile "$ca/root.pem"
}

way.coap-loss-ok() { lay_path "$1" 'up udp nth=1 drop'; }
serve.coap-loss-ok() { serve_coap; }
ask.coap-loss-ok() { ask_coap 6 "coap://$server_at/time"; }

### Resets that no endpoint sent

# The server is 30 ms away, the reset is not; the genuine answer comes after it.
way.reset-injected() {
    lay_path "$1" 'tcp delay=15' 'up has=broker.example.org nth=1 reset=client ttl=117 id=54321'
}
serve.reset-injected() { serve_tls; }
ask.reset-injected() { ask_curl_briefly 3; }

way.reset-injected-both-ways() {
    lay_path "$1" 'tcp delay=15' 'up has=broker.example.org reset=both ttl=64 id=0'
}
serve.reset-injected-both-ways() { serve_tls; }
ask.reset-injected-both-ways() { ask_curl_briefly 3; }

way.reset-injected-at-server() {
    lay_path "$1" 'up has=broker.example.org reset=both ttl=240'
    record_at server
}
serve.reset-injected-at-server() { serve_tls; }
ask.reset-injected-at-server() { ask_curl_briefly 3; }

way.name-filter-reset() { lay_path "$1" 'up has=broker.example.org drop reset=client ttl=57'; }
serve.name-filter-reset() { serve_nginx; }
ask.name-filter-reset() { ask_two_names; }

way.name-filter-drop() { lay_path "$1" 'up has=broker.example.org drop'; }
serve.name-filter-drop() { serve_nginx; }
ask.name-filter-drop() { ask_two_names; }

# ask_two_names: of the same server; the second is none the filter knows.
ask_two_names() {
    ask_curl_briefly 6
    ask_curl https://barn.example.org/ --insecure --max-time 3
}

### Packets too large for the way

# serve_long_chain [OPTION...]: two full segments of certificates.
serve_long_chain() {
    cat "$ca"/{issuing,root,elsewhere,device,stranger,broker}.pem >"$work/long.pem"
    serve_openssl_leaf broker-rsa -cert_chain "$work/long.pem" "$@"
}

# ask_large_hello: a ClientHello of over one segment.
ask_large_hello() {
    local offers
    offers=$(printf 'x-meadow-protocol-version-%02d,' {1..60})
    talk | client openssl s_client -connect broker.example.org:443 \
        -servername broker.example.org -alpn "${offers%,}"
}

way.mtu-black-hole() { lay_path "$1" 'down over=1400 drop'; }
serve.mtu-black-hole() { serve_long_chain -tls1_2; }
ask.mtu-black-hole() { ask_curl_briefly 6; }

way.mtu-black-hole-at-server() {
    lay_path "$1" 'down over=1400 drop'
    record_at server
}
serve.mtu-black-hole-at-server() { serve_long_chain; }
ask.mtu-black-hole-at-server() { ask_curl_briefly 6; }

way.mtu-black-hole-large-hello() { lay_path "$1" 'up over=1400 drop'; }
serve.mtu-black-hole-large-hello() { serve_tls; }
ask.mtu-black-hole-large-hello() { ask_large_hello; }

way.mtu-icmp-ok() {
    lay_router "$1"
    ip -n "$middle_ns" link set c0 mtu 1280
    record_at server
}
serve.mtu-icmp-ok() { serve_long_chain -tls1_2; }
ask.mtu-icmp-ok() { ask_openssl; }

way.mtu-icmp6-ok() {
    lay_router "$1"
    ip -n "$middle_ns" route add "$server_ip" dev s0 mtu 1320
}
serve.mtu-icmp6-ok() { serve_tls; }
ask.mtu-icmp6-ok() { ask_large_hello; }

way.mtu-icmp-blocked() {
    lay_router "$1"
    ip -n "$middle_ns" link set c0 mtu 1280
    forbid output icmp type destination-unreachable drop
    record_at server
}
serve.mtu-icmp-blocked() { serve_long_chain -tls1_2; }
ask.mtu-icmp-blocked() { ask_curl_briefly 6; }

### Firewalls and routers

way.firewall-reset() {
    lay_router "$1"
    forbid forward tcp dport 8883 reject with tcp reset
}
serve.firewall-reset() { serve_mqtts 8883 broker; }
ask.firewall-reset() { ask_mosquitto 8883 --cafile "$ca/root.pem"; }

# Connections may be made, but what the client says in them is dropped.
way.firewall-drops-later() {
    lay_router "$1"
    forbid forward tcp dport 443 ip length gt 200 drop
}
serve.firewall-drops-later() { serve_tls; }
ask.firewall-drops-later() { ask_curl_briefly 6; }

way.firewall-udp-prohibited() {
    lay_router "$1"
    forbid forward udp dport 4433 reject with icmp admin-prohibited
}
serve.firewall-udp-prohibited() { serve_dtls broker; }
ask.firewall-udp-prohibited() { ask_dtls_for 3; }

way.firewall-icmp6-prohibited() {
    lay_router "$1"
    forbid forward tcp dport 443 reject with icmpv6 admin-prohibited
}
serve.firewall-icmp6-prohibited() { serve_tls; }
ask.firewall-icmp6-prohibited() { ask_curl_briefly 4; }

# Behind the router nobody has the address, so its ARP stays without an answer.
way.host-unreachable() { lay_router "$1"; }
ask.host-unreachable() { ask_elsewhere 198.51.100.77; }

way.host-unreachable-coap() { lay_router "$1"; }
ask.host-unreachable-coap() { ask_coap 5 coap://198.51.100.77/time; }

way.network-unreachable() { lay_router "$1"; }
ask.network-unreachable() { ask_elsewhere 203.0.113.10; }

# Router and server (a router here, too) send the packet to each other until its hops are used up.
way.routing-loop() {
    lay_router "$1"
    ip -n "$middle_ns" route add 203.0.113.0/24 via "$server_ip"
    forward_packets "$server_ns"
}
ask.routing-loop() { ask_elsewhere 203.0.113.10; }

# ask_elsewhere ADDRESS
ask_elsewhere() { ask_curl_briefly 5 --connect-to "::$1:443"; }

### Servers that let wait

serve.server-closes-late() { serve_raw 443 close-late; }
ask.server-closes-late() { ask_curl https://broker.example.org/; }

serve.mqtt-server-silent() { serve_raw 1883 silent; }
ask.mqtt-server-silent() { ask_mosquitto_briefly 4 1883; }

### The wrong protocol

serve.tls-to-http() {
    serve_nginx 'listen 80;'
    await_port 80
}
ask.tls-to-http() { ask_curl https://broker.example.org:80/; }

serve.tls-to-smtp() { serve.starttls-refused; }
ask.tls-to-smtp() { ask_curl https://broker.example.org:25/; }

serve.tls-to-proxy-error() { serve_raw 443 http-error; }
ask.tls-to-proxy-error() { ask_curl https://broker.example.org/; }

serve.http-to-tls-port-go() { serve_go broker; }
ask.http-to-tls-port-go() { ask_curl http://broker.example.org:443/ --http0.9 --output /dev/null; }

serve.websocket-to-plain-mqtt() { serve_mosquitto 1883 'allow_anonymous true'; }
ask.websocket-to-plain-mqtt() {
    ask_curl http://broker.example.org:1883/mqtt --http1.1 --header 'Connection: Upgrade' \
        --header 'Upgrade: websocket' --header 'Sec-WebSocket-Version: 13' \
        --header 'Sec-WebSocket-Key: bWVhZG93IHNlbnNvciA3Lg==' \
        --header 'Sec-WebSocket-Protocol: mqtt'
}

serve.mqtt-to-http() { serve.tls-to-http; }
ask.mqtt-to-http() { ask_mosquitto 80; }

serve.coap-to-dtls-port() { serve_coap -k meadow-key; }
ask.coap-to-dtls-port() { ask_coap 9 "coap://$server_at:5684/time"; }

serve.dtls-to-coap-port() { serve_coap -k meadow-key; }
ask.dtls-to-coap-port() { ask_coap 6 "coaps://$server_at:5683/time" -u sensor-7 -k meadow-key; }

### Captures that do not show all, or show it in another dress

# cut_side SAMPLE FILTER TO
cut_side() { tshark -r "$(sample "$1")" -Y "$2" -F pcap -w "$3"; }

cut.one-direction-server() { cut_side tls12-ok-openssl 'tcp.srcport == 443' "$1"; }
cut.one-direction-failed() { cut_side cert-expired-tls12-mosquitto 'tcp.dstport == 8883' "$1"; }
cut.one-direction-server-failed() { cut_side tls-version-too-old 'tcp.srcport == 443' "$1"; }

cut.snaplen-96-ok() { editcap -F pcap -s 96 "$(sample tls12-ok-openssl)" "$1"; }
cut.snaplen-128-ok() { editcap -F pcap -s 128 "$(sample mqtts-ok-mosquitto)" "$1"; }

# cut_from SAMPLE FILTER TO: the packet it fits, and all after it.
cut_from() {
    local whole
    whole=$(sample "$1")
    cut_packets "$whole" "$3" "$(frame_of "$whole" "$2")-100000" pcap
}

# cut_until SAMPLE FILTER TO: all up to the packet it fits.
cut_until() {
    local whole
    whole=$(sample "$1")
    cut_packets "$whole" "$3" "1-$(frame_of "$whole" "$2")" pcap
}

cut.starts-at-alert() { cut_from cert-expired-tls12-mosquitto tls.alert_message "$1"; }
cut.starts-at-server-hello() { cut_from tls12-ok-openssl 'tls.handshake.type == 2' "$1"; }
cut.ends-after-syn() { cut_until tls12-ok-openssl 'tcp.flags.syn == 1' "$1"; }
cut.ends-after-client-hello() { cut_until tls12-ok-openssl 'tls.handshake.type == 1' "$1"; }

# cut_twice SAMPLE TO: each packet is seen at two ports of the switch, 4 microseconds apart.
cut_twice() {
    editcap -F pcap -t 0.000004 "$(sample "$1")" "$work/second.pcap"
    mergecap -F pcap -w "$2" "$(sample "$1")" "$work/second.pcap"
}

cut.span-duplicates() { cut_twice tls12-ok-openssl "$1"; }
cut.span-duplicates-failed() { cut_twice cert-expired-tls12-mosquitto "$1"; }

# rewrite SAMPLE TO WHAT...
rewrite() {
    /usr/bin/python3 "$here/peers/rewrite.py" "$(sample "$1")" "$2" "${@:3}"
}

cut.vlan-ok() { rewrite tls12-ok-openssl "$1" tag 443 41 41; }
cut.vlan-one-way-tagged-ok() { rewrite tls12-ok-openssl "$1" tag 443 41 -; }
cut.vlan-qinq-failed() { rewrite cert-expired-tls12-mosquitto "$1" tag 8883 7.41 7.41; }

# With offloading the recorder sees what the kernel sees: segments larger than any wire takes.
way.super-segments-ok() {
    lay_cable "$1"
    ip netns exec "$server_ns" ethtool -K eth0 tx on sg on tso on gso on >/dev/null 2>&1
    ip netns exec "$client_ns" ethtool -K eth0 gro on >/dev/null 2>&1
}
serve.super-segments-ok() { serve_long_chain -tls1_2; }
ask.super-segments-ok() { ask_openssl; }

# A beacon request, the beacon, and an association of Zigbee, without an IP packet in them.
cut.no-ip-zigbee() {
    text2pcap -q -F pcap -l 195 - "$1" <<'EOF'
0000 03 08 01 ff ff ff ff 07 7a 2d
0000 00 80 02 34 12 00 00 ff cf 00 00 00 22 84 15 68 89 0e 00 4b 12 00 ff ff ff 00 5c 1a
0000 23 c8 03 34 12 00 00 ff ff 21 43 65 87 00 4b 12 00 01 8e 10 3b
0000 02 00 03 4d 5e
EOF
}
