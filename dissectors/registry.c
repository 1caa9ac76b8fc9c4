/* registry.c - the protocols, in order of recognition. Adding one is its folder
 * and a line here. */
#include "dissectors/registry.h"

#include "dissectors/coap/coap.h"
#include "dissectors/mqtt/mqtt.h"
#include "dissectors/preface/preface.h"
#include "dissectors/tls/tls.h"
#include "dissectors/websocket/websocket.h"
#include "handshake/change_fields.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"

const struct dissector *const dissectors[] = {
    &tls_dissector,
    &dtls_dissector,
    &preface_dissector,
    &websocket_coap_dissector,
    &websocket_dissector,
    &mqtt_dissector,
    &coap_dissector,
    &coap_tcp_dissector,
    NULL,
};

enum { TABLES_MAX = 3 + sizeof dissectors / sizeof *dissectors };

/* Dissectors that share a table (TLS and DTLS) name it once. */
static void add_table(const struct field_table **tables, const struct field_table *table)
{
    size_t i = 0;
    while (tables[i] && tables[i] != table)
        i++;
    tables[i] = table;
}

const struct field_table *const *registry_tables(void)
{
    static const struct field_table *tables[TABLES_MAX + 1];
    if (tables[0])
        return tables;
    add_table(tables, &common_field_table);
    add_table(tables, &flow_field_table);
    add_table(tables, &history_field_table);
    add_table(tables, &change_field_table);
    for (size_t i = 0; dissectors[i]; i++)
        add_table(tables, dissectors[i]->fields);
    return tables;
}

void registry_end(void)
{
    for (size_t i = 0; dissectors[i]; i++)
        if (dissectors[i]->end)
            dissectors[i]->end();
}
