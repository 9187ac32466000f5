/* Stands in for mongod: listens where --port and --bind_ip say, on 27017 of loopback without them. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *address = "127.0.0.1", *port = "27017";
  for (int i = 1; i + 1 < argc; i++) {
    if (strcmp(argv[i], "--port") == 0) port = argv[i + 1];
    if (strcmp(argv[i], "--bind_ip") == 0) address = argv[i + 1];
  }
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  inet_pton(AF_INET, address, &a.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (void *)&a, sizeof a) != 0 || listen(fd, 8) != 0) return 1;
  for (;;) pause();
}
