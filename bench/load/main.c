/* The load client: `load MODE OPTIONS`. It is native so that what is measured is the server. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "come.h"
#include "fan.h"

static void allow_many_files(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) die("getrlimit");
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) die("setrlimit");
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(const struct plan *plan);
    } modes[] = {{"fan", run_fan}, {"shake", run_shake}, {"storm", run_storm}, {"idle", run_idle}};
    allow_many_files();
    for (unsigned i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(argv[1], modes[i].name) != 0) continue;
        struct plan plan = read_plan(argc - 1, argv + 1);
        modes[i].run(&plan);
        return 0;
    }
    errno = 0;
    die("say fan, shake, storm or idle");
}
