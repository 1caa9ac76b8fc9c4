/* flights.c - see flights.h. */
#include "dissectors/tls/flights.h"

#include "dissectors/tls/tls.h"

enum { ANSWER_US = 200000 }; /* a server that got the client's repetition answers as fast */

static uint8_t number_of(const struct flights *f, enum side side, uint8_t type, uint16_t seq)
{
    if (side == SERVER)
        return f->side[CLIENT].number == 5 ? 6 : type == HELLO_VERIFY_REQUEST ? 2 : 4;
    if (type != CLIENT_HELLO)
        return 5;
    return f->side[SERVER].number == 2 || seq > 0 ? 3 : 1;
}

/* What was repeated until now has been answered. */
static void forget_repetitions(struct flights *f, struct handshake *hs)
{
    handshake_unset(hs, TLS_REPEATED_FLIGHT);
    handshake_unset(hs, TLS_REPETITIONS);
    handshake_unset(hs, TLS_REPEATS_ANSWERED);
    f->client_again_us = 0;
}

void flights_news(struct flights *f, struct handshake *hs, enum side side, uint8_t type,
                  uint16_t seq)
{
    if (!f->begun || f->latest != side)
        f->side[side] = (struct flight){ .number = number_of(f, side, type, seq), .first = seq };
    f->begun = true;
    f->latest = side;
    forget_repetitions(f, hs);
}

unsigned flights_item(const struct flights *f, enum side side, uint16_t seq)
{
    uint16_t item = (uint16_t)(seq - f->side[side].first);
    return item < FLIGHT_MESSAGES ? item : FLIGHT_ITEMS;
}

static void note_repetition(struct flights *f, struct handshake *hs, enum side side)
{
    unsigned id = side == CLIENT ? TLS_CLIENT_FLIGHTS_REPEATED : TLS_SERVER_FLIGHTS_REPEATED;
    handshake_set_number(hs, id, handshake_number_or(hs, id, 0) + 1);
    const struct flight *flight = &f->side[side];
    if (hs->outcome == OUTCOME_OPEN &&
        flight->number >= handshake_number_or(hs, TLS_REPEATED_FLIGHT, 0)) {
        handshake_set_number(hs, TLS_REPEATED_FLIGHT, flight->number);
        handshake_set_number(hs, TLS_REPETITIONS, flight->repeats);
    }
    if (side != CLIENT)
        return;
    if (!handshake_has(hs, TLS_REPEATS_ANSWERED) && hs->outcome == OUTCOME_OPEN)
        handshake_set_number(hs, TLS_REPEATS_ANSWERED, 0);
    f->client_again_us = hs->now.time_us;
    f->answered = false;
}

static void note_answer(struct flights *f, struct handshake *hs)
{
    if (!handshake_has(hs, TLS_REPEATS_ANSWERED) || f->answered ||
        hs->now.time_us - f->client_again_us > ANSWER_US)
        return;
    f->answered = true;
    handshake_set_number(hs, TLS_REPEATS_ANSWERED,
                         handshake_number_or(hs, TLS_REPEATS_ANSWERED, 0) + 1);
}

bool flights_saw(struct flights *f, struct handshake *hs, enum side side, unsigned item)
{
    struct flight *flight = &f->side[side];
    if (item >= FLIGHT_ITEMS || flight->times[item] == UINT16_MAX)
        return false;
    uint16_t times = ++flight->times[item];
    if (times > 1 && side == SERVER)
        note_answer(f, hs);
    if (times < 2 || times - 1 <= flight->repeats)
        return false;
    flight->repeats++;
    note_repetition(f, hs, side);
    return true;
}
