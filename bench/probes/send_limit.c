/* The limit of one core: one send() of 260 bytes for every reader and message, with nothing else around it.
 *
 * usage: send_limit READERS SECONDS SERVER_CORE READER_CORE; prints deliveries per second of processor time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 260, EVENTS = 512 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static double processor(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* The readers: connect, then read whatever comes, until the other side ends. */
static void read_all(struct sockaddr_in address, int readers, int core) {
    static char buffer[65536];
    struct epoll_event ready[EVENTS];
    int poll = epoll_create1(0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(core);
    for (int i = 0; i < readers; i++) {
        int reader = socket(AF_INET, SOCK_STREAM, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = reader};
        if (connect(reader, (void *)&address, sizeof address) < 0)
            exit(1);
        epoll_ctl(poll, EPOLL_CTL_ADD, reader, &event);
    }
    for (;;) {
        int count = epoll_wait(poll, ready, EVENTS, -1);
        for (int i = 0; i < count; i++)
            if (recv(ready[i].data.fd, buffer, sizeof buffer, 0) <= 0)
                exit(0);
    }
}

int main(int argc, char **argv) {
    if (argc != 5)
        return 2;
    int readers = atoi(argv[1]), one = 1;
    double seconds = atof(argv[2]);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, size) < 0 || listen(listener, 4096) < 0)
        return 1;
    getsockname(listener, (void *)&address, &size);
    pid_t child = fork();
    if (child == 0)
        read_all(address, readers, atoi(argv[4]));
    pin(atoi(argv[3]));
    int *sockets = malloc(readers * sizeof *sockets);
    for (int i = 0; i < readers; i++) {
        sockets[i] = accept(listener, 0, 0);
        setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    char message[MESSAGE_BYTES];
    memset(message, 'x', sizeof message);
    long sent = 0;
    double start = now(), used = processor();
    while (now() - start < seconds)
        for (int i = 0; i < readers; i++)
            sent += send(sockets[i], message, sizeof message, 0) > 0;
    printf("%.0f\n", sent / (processor() - used));
    kill(child, SIGKILL);
    return 0;
}
