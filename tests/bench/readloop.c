/* readloop.c - the least that reading a capture costs with libpcap: next, next,
 * next. The bench compares with it; one byte a packet is looked at, so that the
 * compiler cannot leave the reading out. */
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char message[PCAP_ERRBUF_SIZE];
    pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], message) : NULL;
    if (!capture) {
        fprintf(stderr, "readloop: %s\n", argc == 2 ? message : "wants one capture");
        return 2;
    }
    struct pcap_pkthdr *header;
    const u_char *data;
    unsigned long packets = 0, sum = 0;
    int status;
    while ((status = pcap_next_ex(capture, &header, &data)) == 1) {
        packets++;
        sum += header->caplen ? data[0] : 0;
    }
    pcap_close(capture);
    printf("%lu packets, %lu\n", packets, sum);
    return status == PCAP_ERROR_BREAK ? 0 : 2;
}
