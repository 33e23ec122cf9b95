#ifndef FAN_H
#define FAN_H

#include "plan.h"

/* Prints one line of JSON. */
void run_fan(const struct plan *plan);

#endif
