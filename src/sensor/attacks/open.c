/* Opens a socket in one of the ways that are hard to see, says `PORT PID`, and waits until its input ends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(long result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int port_of(int fd) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  must(getsockname(fd, (struct sockaddr *)&address, &length), "getsockname");
  return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static void say(int fd) {
  printf("%d %d\n", port_of(fd), getpid());
  fflush(stdout);
}

static int made(int type, int protocol) {
  int fd = socket(AF_INET, type, protocol);
  must(fd, "socket");
  return fd;
}

static void bound(int fd, int port) {
  struct sockaddr_in address = loopback(port);
  must(bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
}

static int listener(void) {
  int fd = made(SOCK_STREAM, 0);
  bound(fd, 0);
  must(listen(fd, 8), "listen");
  return fd;
}

static void until_end(void) {
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
}

static void send_fd(int over, int fd) {
  char byte = 0, space[CMSG_SPACE(sizeof fd)] = {0};
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  must(sendmsg(over, &message, 0), "sendmsg");
}

static int receive_fd(int over) {
  char byte, space[CMSG_SPACE(sizeof(int))];
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  must(recvmsg(over, &message, 0), "recvmsg");
  int fd;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

/* A child gets it over a Unix socket; the parent, which listened, lives on without it. */
static void passed(void) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  if (fork() == 0) {
    int fd = receive_fd(pair[1]);
    char byte;
    /* Nothing can happen to it before the parent let go. */
    while (read(pair[1], &byte, 1) > 0) break;
    say(fd);
    until_end();
    exit(0);
  }
  int fd = listener();
  send_fd(pair[0], fd);
  close(fd);
  must(write(pair[0], "x", 1), "write");
  wait(NULL);
}

/* A child takes it out of the parent, which keeps it. */
static void stolen(void) {
  int fd = listener();
  int parent = getpid();
  if (fork() == 0) {
    close(fd);
    int pidfd = syscall(SYS_pidfd_open, parent, 0);
    must(pidfd, "pidfd_open");
    int mine = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    must(mine, "pidfd_getfd");
    say(mine);
    until_end();
    exit(0);
  }
  wait(NULL);
}

/* A child executes another program with it, and the parent lets go of it. */
static void inherited(void) {
  int fd = listener();
  int pid = fork();
  if (pid == 0) execlp("sleep", "sleep", "100", NULL);
  printf("%d %d\n", port_of(fd), pid);
  fflush(stdout);
  close(fd);
  until_end();
  kill(pid, SIGKILL);
}

static void daemonised(void) {
  int fd = listener();
  if (fork() != 0) exit(0);
  setsid();
  if (fork() != 0) exit(0);
  say(fd);
  /* Its input ends with its parent. */
  alarm(5);
  pause();
}

static void away(int listens_there) {
  int home = open("/proc/self/ns/net", O_RDONLY);
  must(home, "open");
  must(unshare(CLONE_NEWNET), "unshare");
  int fd = made(SOCK_STREAM, 0);
  if (listens_there) must(listen(fd, 8), "listen");
  must(setns(home, CLONE_NEWNET), "setns");
  if (!listens_there) must(listen(fd, 8), "listen");
  say(fd);
  until_end();
}

/* As above, but another process stays in the namespace. */
static void elsewhere(void) {
  int home = open("/proc/self/ns/net", O_RDONLY), hold[2];
  must(unshare(CLONE_NEWNET), "unshare");
  must(pipe(hold), "pipe");
  if (fork() == 0) {
    char byte;
    close(hold[1]);
    close(1);
    exit(read(hold[0], &byte, 1) > 0);
  }
  close(hold[0]);
  int fd = made(SOCK_STREAM, 0);
  must(setns(home, CLONE_NEWNET), "setns");
  must(listen(fd, 8), "listen");
  say(fd);
  until_end();
}

static void *in_thread(void *unused) {
  must(unshare(CLONE_NEWNET), "unshare");
  int fd = made(SOCK_STREAM, 0);
  must(listen(fd, 8), "listen");
  say(fd);
  until_end();
  return unused;
}

static void threaded(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, in_thread, NULL);
  pthread_join(thread, NULL);
}

static void one_request(int ring, struct io_uring_params *params, struct io_uring_sqe request) {
  static int done = 0;
  char *base = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
  struct io_uring_sqe *requests = mmap(NULL, 65536 / 16, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
  unsigned *tail = (unsigned *)(base + params->sq_off.tail);
  unsigned mask = *(unsigned *)(base + params->sq_off.ring_mask);
  unsigned *array = (unsigned *)(base + params->sq_off.array);
  requests[*tail & mask] = request;
  array[*tail & mask] = *tail & mask;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  must(syscall(SYS_io_uring_enter, ring, 1, ++done, IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, NULL, 0), "io_uring_enter");
}

/* IORING_OP_BIND and IORING_OP_LISTEN: Linux 6.11. */
static void by_ring(unsigned flags) {
  struct io_uring_params params = {.flags = flags, .sq_thread_idle = 1000};
  int ring = syscall(SYS_io_uring_setup, 8, &params);
  must(ring, "io_uring_setup");
  int fd = made(SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(0);
  struct io_uring_sqe binds = {.opcode = 56, .fd = fd, .addr = (unsigned long)&address, .addr2 = sizeof address};
  one_request(ring, &params, binds);
  struct io_uring_sqe listens = {.opcode = 57, .fd = fd, .len = 8};
  one_request(ring, &params, listens);
  int accepts = 0;
  socklen_t length = sizeof accepts;
  getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &length);
  if (!accepts) {
    fputs("this kernel does not listen by io_uring\n", stderr);
    exit(3);
  }
  say(fd);
  until_end();
}

int main(int count, char **arguments) {
  const char *way = count > 1 ? arguments[1] : "";
  int fd;
  if (!strcmp(way, "unbound")) {
    fd = made(SOCK_STREAM, 0);
    must(listen(fd, 8), "listen");
  } else if (!strcmp(way, "flash")) {
    fd = listener();
    say(fd);
    close(fd);
    until_end();
    return 0;
  } else if (!strcmp(way, "mptcp")) {
    fd = socket(AF_INET, SOCK_STREAM, 262);
    if (fd < 0) return 3;
    must(listen(fd, 8), "listen");
  } else if (!strcmp(way, "autobind")) {
    fd = made(SOCK_DGRAM, 0);
    struct sockaddr_in address = loopback(9);
    must(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof address), "sendto");
  } else if (!strcmp(way, "group")) {
    int yes = 1;
    fd = made(SOCK_STREAM, 0);
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes), "setsockopt");
    bound(fd, atoi(arguments[2]));
    must(listen(fd, 8), "listen");
  } else if (!strcmp(way, "unshared")) {
    must(unshare(CLONE_NEWNET), "unshare");
    fd = made(SOCK_STREAM, 0);
    must(listen(fd, 8), "listen");
  } else {
    if (!strcmp(way, "passed")) passed();
    else if (!strcmp(way, "stolen")) stolen();
    else if (!strcmp(way, "inherited")) inherited();
    else if (!strcmp(way, "daemonised")) daemonised();
    else if (!strcmp(way, "away")) away(1);
    else if (!strcmp(way, "made-away")) away(0);
    else if (!strcmp(way, "elsewhere")) elsewhere();
    else if (!strcmp(way, "thread")) threaded();
    else if (!strcmp(way, "ring")) by_ring(0);
    else if (!strcmp(way, "ring-thread")) by_ring(IORING_SETUP_SQPOLL);
    else return 2;
    return 0;
  }
  say(fd);
  until_end();
  return 0;
}
