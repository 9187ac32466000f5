/* What attackers do to open a socket unseen, one trick a word: mischief TRICK [ARGUMENT …]. Linked statically. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(what) check((long)(what), #what)

static long check(long result, const char *what) {
  if (result >= 0) return result;
  perror(what);
  exit(1);
}

static int number(char **args, int at) {
  return args[at] ? atoi(args[at]) : 0;
}

static int stay(void) {
  while (pause()) continue;
  return 0;
}

/* A bound socket; listening where it is of TCP. */
static int open_socket(int type, int protocol, const char *host, int port, int shared) {
  int is6 = strchr(host, ':') != NULL, on = 1;
  int fd = CHECK(socket(is6 ? AF_INET6 : AF_INET, type, protocol));
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (shared) CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
  struct sockaddr_in a4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 a6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  inet_pton(is6 ? AF_INET6 : AF_INET, host, is6 ? (void *)&a6.sin6_addr : (void *)&a4.sin_addr);
  CHECK(bind(fd, is6 ? (void *)&a6 : (void *)&a4, is6 ? sizeof a6 : sizeof a4));
  if (type == SOCK_STREAM) CHECK(listen(fd, 8));
  return fd;
}

static int tcp(char **args) {
  open_socket(SOCK_STREAM, 0, args[1] ? args[1] : "0.0.0.0", number(args, 0), 0);
  return stay();
}

static int udp(char **args) {
  open_socket(SOCK_DGRAM, 0, args[1] ? args[1] : "0.0.0.0", number(args, 0), 0);
  return stay();
}

static int flash(char **args) {
  close(open_socket(SOCK_STREAM, 0, "0.0.0.0", number(args, 0), 0));
  return stay();
}

/* The same, and nothing is left that could be looked at. */
static int blink(char **args) {
  close(open_socket(SOCK_STREAM, 0, "0.0.0.0", number(args, 0), 0));
  return 0;
}

static int mptcp(char **args) {
  open_socket(SOCK_STREAM, 262, "0.0.0.0", number(args, 0), 0);
  return stay();
}

static int share(char **args) {
  open_socket(SOCK_STREAM, 0, args[1] ? args[1] : "0.0.0.0", number(args, 0), 1);
  return stay();
}

static int unbound(char **args) {
  (void)args;
  CHECK(listen(CHECK(socket(AF_INET, SOCK_STREAM, 0)), 8));
  return stay();
}

/* A UDP socket whose port the kernel chooses at the first datagram. */
static int autobind(char **args) {
  (void)args;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = CHECK(socket(AF_INET, SOCK_DGRAM, 0));
  CHECK(sendto(fd, "x", 1, 0, (void *)&to, sizeof to));
  return stay();
}

/* --- io_uring ------------------------------------------------------------------------------------------------- */

struct ring {
  int fd, polled;
  unsigned *tail, *mask, *array, *flags, *done_head, *done_tail, *done_mask;
  struct io_uring_sqe *entries;
  struct io_uring_cqe *done;
};

static struct ring open_ring(int polled) {
  struct io_uring_params p = {.flags = polled ? IORING_SETUP_SQPOLL : 0, .sq_thread_idle = 10000};
  struct ring r = {.fd = CHECK(syscall(SYS_io_uring_setup, 8, &p)), .polled = polled};
  int rw = PROT_READ | PROT_WRITE;
  char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, rw, MAP_SHARED, r.fd, IORING_OFF_SQ_RING);
  char *cq = mmap(0, p.cq_off.cqes + p.cq_entries * sizeof *r.done, rw, MAP_SHARED, r.fd, IORING_OFF_CQ_RING);
  r.entries = mmap(0, p.sq_entries * sizeof *r.entries, rw, MAP_SHARED, r.fd, IORING_OFF_SQES);
  r.tail = (void *)(sq + p.sq_off.tail), r.mask = (void *)(sq + p.sq_off.ring_mask);
  r.array = (void *)(sq + p.sq_off.array), r.flags = (void *)(sq + p.sq_off.flags);
  r.done_head = (void *)(cq + p.cq_off.head), r.done_tail = (void *)(cq + p.cq_off.tail);
  r.done_mask = (void *)(cq + p.cq_off.ring_mask), r.done = (void *)(cq + p.cq_off.cqes);
  return r;
}

static int submit(struct ring *r, struct io_uring_sqe entry) {
  unsigned tail = *r->tail, at = tail & *r->mask;
  r->entries[at] = entry;
  r->array[at] = at;
  __atomic_store_n(r->tail, tail + 1, __ATOMIC_RELEASE);
  unsigned flags = r->polled ? IORING_ENTER_SQ_WAKEUP : 0;
  CHECK(syscall(SYS_io_uring_enter, r->fd, 1, 1, flags | IORING_ENTER_GETEVENTS, NULL, 0));
  while (__atomic_load_n(r->done_tail, __ATOMIC_ACQUIRE) == *r->done_head) sched_yield();
  int result = r->done[*r->done_head & *r->done_mask].res;
  __atomic_store_n(r->done_head, *r->done_head + 1, __ATOMIC_RELEASE);
  return result;
}

/* Opcodes of Linux 6.11, which older headers don't have. */
enum { OP_BIND = 56, OP_LISTEN = 57 };

static int uring(char **args, int polled) {
  struct ring r = open_ring(polled);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(number(args, 0))};
  int fd = CHECK(socket(AF_INET, SOCK_STREAM, 0));
  CHECK(submit(&r, (struct io_uring_sqe){.opcode = OP_BIND, .fd = fd, .addr = (uintptr_t)&a, .addr2 = sizeof a}));
  CHECK(submit(&r, (struct io_uring_sqe){.opcode = OP_LISTEN, .fd = fd, .len = 8}));
  return stay();
}

static int uring_plain(char **args) { return uring(args, 0); }
static int uring_polled(char **args) { return uring(args, 1); }

/* --- calls of 32 bits ------------------------------------------------------------------------------------------ */

/* Registers that such a call doesn't keep. */
#define KEPT "memory", "r8", "r9", "r10", "r11"

static int call32(char **args) {
#ifdef __x86_64__
  /* socket(2) is 359 and bind(2) 361 there; all that is pointed to must be in the first 4 GiB. */
  struct sockaddr_in *a = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  *a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(number(args, 0))};
  long fd, bound;
  __asm__ volatile("int $0x80" : "=a"(fd) : "a"(359), "b"(AF_INET), "c"(SOCK_DGRAM), "d"(0) : KEPT);
  check((int)fd, "socket32");
  __asm__ volatile("int $0x80" : "=a"(bound) : "a"(361), "b"(fd), "c"(a), "d"(sizeof *a) : KEPT);
  check((int)bound, "bind32");
  return stay();
#else
  (void)args;
  return 1;
#endif
}

/* --- who it is -------------------------------------------------------------------------------------------------- */

/* memory PORT: runs itself from a file that has no name. */
static int memory(char **args) {
  int from = CHECK(open("/proc/self/exe", O_RDONLY)), to = CHECK(memfd_create("x", MFD_CLOEXEC));
  char buffer[65536];
  for (ssize_t n; (n = read(from, buffer, sizeof buffer)) > 0;) CHECK(write(to, buffer, n));
  char *argv[] = {"nginx: worker process", "tcp", args[0], NULL}, *env[] = {NULL};
  return CHECK(fexecve(to, argv, env));
}

/* gone PORT: takes its own file away first. */
static int gone(char **args) {
  char path[4096];
  path[CHECK(readlink("/proc/self/exe", path, sizeof path - 1))] = 0;
  CHECK(unlink(path));
  return tcp(args);
}

/* called NAME PORT: shows another name in all places that it may write. */
static int called(char **args) {
  prctl(PR_SET_NAME, args[0]);
  char *argv[] = {args[0], "tcp", args[1], NULL};
  return CHECK(execv("/proc/self/exe", argv));
}

/* named NAME PORT: keeps the name of its thread. */
static int named(char **args) {
  prctl(PR_SET_NAME, args[0]);
  return tcp(args + 1);
}

/* heir PORT PROGRAM ARGUMENT…: the socket outlives the program that opened it. */
static int heir(char **args) {
  open_socket(SOCK_STREAM, 0, "0.0.0.0", number(args, 0), 0);
  return CHECK(execv(args[1], args + 1));
}

/* orphan PORT: nobody is its parent. */
static int orphan(char **args) {
  if (CHECK(fork())) return 0;
  CHECK(setsid());
  if (CHECK(fork())) exit(0);
  return tcp(args);
}

/* newroom PORT: a network that belongs to no container. */
static int newroom(char **args) {
  CHECK(unshare(CLONE_NEWNET));
  return tcp(args);
}

/* bridge PORT: listens in a network of its own, and is reached through a local socket without a name in any folder. */
static int bridge(char **args) {
  struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "\0bridge"};
  int fd = CHECK(socket(AF_UNIX, SOCK_STREAM, 0));
  CHECK(bind(fd, (void *)&a, sizeof a));
  CHECK(listen(fd, 8));
  if (CHECK(fork())) return stay();
  return newroom(args);
}

/* leave PORT: opens the socket here and goes to another network. */
static int leave(char **args) {
  open_socket(SOCK_STREAM, 0, "0.0.0.0", number(args, 0), 0);
  CHECK(unshare(CLONE_NEWNET));
  return stay();
}

/* --- descriptors that change hands ---------------------------------------------------------------------------- */

static int unix_socket(const char *path, int listens) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  strncpy(a.sun_path, path, sizeof a.sun_path - 1);
  int fd = CHECK(socket(AF_UNIX, SOCK_STREAM, 0));
  if (listens) {
    unlink(path);
    CHECK(bind(fd, (void *)&a, sizeof a));
    CHECK(listen(fd, 1));
    return CHECK(accept(fd, 0, 0));
  }
  while (connect(fd, (void *)&a, sizeof a) < 0) usleep(1000);
  return fd;
}

static struct msghdr message(struct iovec *part, char *room, size_t size) {
  return (struct msghdr){.msg_iov = part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = size};
}

/* give PATH PORT: opens a listener, hands it over and ends. */
static int give(char **args) {
  int fd = open_socket(SOCK_STREAM, 0, "0.0.0.0", number(args, 1), 0);
  char byte = 'x', room[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {&byte, 1};
  struct msghdr m = message(&part, room, sizeof room);
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(c), &fd, sizeof fd);
  CHECK(sendmsg(unix_socket(args[0], 0), &m, 0));
  return 0;
}

static int take(char **args) {
  char byte, room[CMSG_SPACE(sizeof(int))];
  struct iovec part = {&byte, 1};
  struct msghdr m = message(&part, room, sizeof room);
  CHECK(recvmsg(unix_socket(args[0], 1), &m, 0));
  return stay();
}

/* steal PID FROM TO: copies the descriptors of that range out of another process. */
static int steal(char **args) {
  int pidfd = CHECK(syscall(SYS_pidfd_open, number(args, 0), 0)), taken = 0;
  for (int fd = number(args, 1); fd <= number(args, 2); fd++)
    if (syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0) taken++;
  if (taken == 0) return perror("pidfd_getfd"), 1;
  return stay();
}

/* --- below TCP and UDP ------------------------------------------------------------------------------------------ */

static int packet(char **args) {
  (void)args;
  CHECK(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
  return stay();
}

static int raw(char **args) {
  (void)args;
  CHECK(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  return stay();
}

/* --- storms ---------------------------------------------------------------------------------------------------------- */

/* storm COUNT PORT: many listeners that are gone at once, then one that stays. */
static int storm(char **args) {
  for (int i = 0; i < number(args, 0); i++) close(open_socket(SOCK_STREAM, 0, "127.0.0.1", 0, 0));
  return tcp(args + 1);
}

/* execs COUNT PORT: many programs, then a listener. */
static int execs(char **args) {
  char *argv[] = {"x", "nothing", NULL};
  for (int i = 0; i < number(args, 0); i++) {
    pid_t pid = CHECK(fork());
    if (pid == 0) execv("/proc/self/exe", argv), _exit(1);
    waitpid(pid, 0, 0);
  }
  return tcp(args + 1);
}

static int nothing(char **args) {
  (void)args;
  return 0;
}

static const struct {
  const char *name;
  int (*run)(char **args);
} tricks[] = {
    {"tcp", tcp},       {"udp", udp},       {"flash", flash}, {"mptcp", mptcp},   {"share", share},
    {"blink", blink}, {"bridge", bridge},
    {"unbound", unbound}, {"autobind", autobind}, {"uring", uring_plain}, {"uring-polled", uring_polled},
    {"call32", call32}, {"memory", memory}, {"gone", gone},   {"called", called}, {"named", named},
    {"heir", heir},     {"orphan", orphan}, {"newroom", newroom}, {"leave", leave}, {"give", give},
    {"take", take},     {"steal", steal},   {"packet", packet}, {"raw", raw},     {"storm", storm},
    {"execs", execs},   {"nothing", nothing},
};

int main(int argc, char **argv) {
  for (size_t i = 0; argc > 1 && i < sizeof tricks / sizeof *tricks; i++)
    if (strcmp(tricks[i].name, argv[1]) == 0) return tricks[i].run(argv + 2);
  fprintf(stderr, "no such trick\n");
  return 2;
}
