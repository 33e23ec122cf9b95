#ifndef COME_H
#define COME_H

#include "plan.h"

/* Each prints one line of JSON. */
void run_shake(const struct plan *plan); /* connect, subscribe, leave, again and again */
void run_storm(const struct plan *plan); /* everyone at once, until the last one has caught up */
void run_idle(const struct plan *plan);  /* connect and stay, until standard input ends */

#endif
