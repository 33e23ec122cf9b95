#include "figures.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned bucket_of(uint64_t ns) {
    if (ns < STEPS) return (unsigned)ns;
    unsigned shift = 63u - (unsigned)__builtin_clzll(ns) - STEP_BITS;
    return (shift << STEP_BITS) + (unsigned)(ns >> shift);
}

static uint64_t middle_of(unsigned bucket) {
    if (bucket < 2 * STEPS) return bucket;
    unsigned shift = (bucket >> STEP_BITS) - 1;
    uint64_t low = (uint64_t)(STEPS + (bucket & (STEPS - 1))) << shift;
    return low + (((uint64_t)1 << shift) >> 1);
}

void note(struct histogram *seen, uint64_t ns, uint64_t times) {
    seen->count += times;
    seen->buckets[bucket_of(ns)] += times;
    if (ns > seen->most) seen->most = ns;
}

double quantile_ms(const struct histogram *seen, double share) {
    uint64_t wanted = (uint64_t)((double)seen->count * share), passed = 0;
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
        passed += seen->buckets[bucket];
        if (passed > wanted) return (double)middle_of(bucket) / 1e6;
    }
    return (double)seen->most / 1e6;
}

void print_histogram(const char *name, const struct histogram *seen) {
    printf("\"%s\":{\"count\":%llu,\"p50_ms\":%.4f,\"p95_ms\":%.4f,\"p99_ms\":%.4f,\"p999_ms\":%.4f,\"max_ms\":%.4f}",
           name, (unsigned long long)seen->count, quantile_ms(seen, 0.5), quantile_ms(seen, 0.95),
           quantile_ms(seen, 0.99), quantile_ms(seen, 0.999), (double)seen->most / 1e6);
}

static uint64_t read_clock(clockid_t clock) {
    struct timespec at;
    if (clock_gettime(clock, &at) != 0) return 0;
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

uint64_t now_ns(void) { return read_clock(CLOCK_MONOTONIC); }

uint64_t own_cpu_ns(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

uint64_t cpu_ns_of(pid_t pid) {
    clockid_t clock;
    return clock_getcpuclockid(pid, &clock) == 0 ? read_clock(clock) : 0;
}

struct usage usage_of(pid_t pid) {
    char path[64], line[1024];
    struct usage usage = {0};
    unsigned long long faults, user, system;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *from = fopen(path, "r");
    if (from == NULL) return usage;
    const char *end = fgets(line, sizeof line, from) == NULL ? NULL : strrchr(line, ')'); /* its name may hold spaces */
    fclose(from);
    if (end != NULL && sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %llu %*u %*u %*u %llu %llu", &faults, &user, &system) == 3)
        usage = (struct usage){user, system, faults};
    return usage;
}

struct meter start_meter(const pid_t *pids, int count) {
    struct meter meter = {.pids = pids, .count = count, .began = now_ns(), .own = own_cpu_ns()};
    for (int i = 0; i < count; i++) {
        meter.theirs[i] = cpu_ns_of(pids[i]);
        meter.usages[i] = usage_of(pids[i]);
    }
    return meter;
}

void stop_meter(struct meter *meter) {
    meter->began = now_ns() - meter->began;
    meter->own = own_cpu_ns() - meter->own;
    for (int i = 0; i < meter->count; i++) {
        struct usage *usage = &meter->usages[i], now = usage_of(meter->pids[i]);
        meter->theirs[i] = cpu_ns_of(meter->pids[i]) - meter->theirs[i];
        *usage = (struct usage){now.user_ticks - usage->user_ticks, now.system_ticks - usage->system_ticks,
                                now.faults - usage->faults};
    }
}

void print_meter(const struct meter *meter) {
    uint64_t sum = 0;
    struct usage all = {0};
    for (int i = 0; i < meter->count; i++) {
        sum += meter->theirs[i];
        all.user_ticks += meter->usages[i].user_ticks;
        all.system_ticks += meter->usages[i].system_ticks;
        all.faults += meter->usages[i].faults;
    }
    printf("\"seconds\":%.6f,\"client_cpu_s\":%.6f,\"server_cpu_s\":%.6f,\"server_cpus_s\":[",
           (double)meter->began / 1e9, (double)meter->own / 1e9, (double)sum / 1e9);
    for (int i = 0; i < meter->count; i++) printf("%s%.6f", i ? "," : "", (double)meter->theirs[i] / 1e9);
    double tick = (double)sysconf(_SC_CLK_TCK);
    printf("],\"server_user_s\":%.3f,\"server_system_s\":%.3f,\"server_faults\":%llu", (double)all.user_ticks / tick,
           (double)all.system_ticks / tick, (unsigned long long)all.faults);
}
