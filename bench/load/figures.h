/* Clocks, and a histogram of durations that costs a few nanoseconds per entry. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdint.h>
#include <sys/types.h>

/* 32 steps within each power of two: a quantile is exact to 3 %. */
enum { STEP_BITS = 5, STEPS = 1 << STEP_BITS, BUCKETS = (64 - STEP_BITS) * STEPS };

struct histogram {
    uint64_t count, most;
    uint64_t buckets[BUCKETS];
};

void note(struct histogram *seen, uint64_t ns, uint64_t times);
double quantile_ms(const struct histogram *seen, double share);
void print_histogram(const char *name, const struct histogram *seen);

uint64_t now_ns(void);
/* CPU time, all threads, in ns: of this process, of another. 0 where it cannot be asked. */
uint64_t own_cpu_ns(void);
uint64_t cpu_ns_of(pid_t pid);

enum { MOST_PIDS = 16 };

/* What the kernel counts of a process: clock ticks of its own code and of system calls, and pages that it had to find. */
struct usage {
    uint64_t user_ticks, system_ticks, faults;
};

struct usage usage_of(pid_t pid);

/* What was spent since `start_meter`. */
struct meter {
    const pid_t *pids;
    int count;
    uint64_t began, own, theirs[MOST_PIDS];
    struct usage usages[MOST_PIDS];
};

struct meter start_meter(const pid_t *pids, int count);
/* Stops the clock: all of it becomes differences. */
void stop_meter(struct meter *meter);
/* Prints `"seconds":…,"client_cpu_s":…,"server_cpu_s":…,"server_cpus_s":[…],"server_user_s":…,
 * "server_system_s":…,"server_faults":…`. */
void print_meter(const struct meter *meter);

#endif
