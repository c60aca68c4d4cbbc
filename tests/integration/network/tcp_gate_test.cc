#include "tests/support/tcp_gate.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clientele::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// Sends back what it gets, after `prefix`, to one client after the other.
class EchoServer {
 public:
  explicit EchoServer(std::string prefix = "")
      : prefix_(std::move(prefix)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(listener_, 16) == 0);
    REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~EchoServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void Run() {
    while (true) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::array<char, 256> buffer;
      for (ssize_t got = 0; (got = recv(client, buffer.data(), buffer.size(), 0)) > 0;) {
        const std::string answer =
            prefix_ + std::string(buffer.data(), static_cast<std::size_t>(got));
        send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
      }
      close(client);
    }
  }

  const std::string prefix_;
  const int listener_;
  int port_ = 0;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = Loopback(port);
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Send(const std::string& text) {
    REQUIRE(send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
  }
  // What comes within `time`; "closed" when the connection ends.
  std::string Receive(milliseconds time) {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, static_cast<int>(time.count())) <= 0) return "";
    std::array<char, 256> buffer;
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    return got <= 0 ? "closed" : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

 private:
  const int fd_;
};

constexpr milliseconds kLong(10'000);
constexpr milliseconds kShort(100);

TEST_CASE("a gate passes bytes, holds them while it stalls, and lets them go") {
  const EchoServer server;
  TcpGate gate(server.address());
  Client client(gate.port());
  client.Send("one");
  CHECK(client.Receive(kLong) == "one");
  CHECK(gate.connections() == 1);
  gate.Stall();
  client.Send("two");
  CHECK(client.Receive(kShort).empty());
  gate.Pass();
  CHECK(client.Receive(kLong) == "two");
}

TEST_CASE("a gate delays bytes both ways") {
  const EchoServer server;
  TcpGate gate(server.address());
  Client client(gate.port());
  gate.Delay(milliseconds(60));
  const auto start = steady_clock::now();
  client.Send("late");
  CHECK(client.Receive(kLong) == "late");
  CHECK(steady_clock::now() - start >= milliseconds(120));
}

TEST_CASE("a gate cuts what is open and what is new, until it passes again") {
  const EchoServer server;
  TcpGate gate(server.address());
  Client open(gate.port());
  open.Send("x");
  REQUIRE(open.Receive(kLong) == "x");
  gate.Cut();
  CHECK(open.Receive(kLong) == "closed");
  Client fresh(gate.port());
  CHECK(fresh.Receive(kLong) == "closed");
  gate.Pass();
  Client again(gate.port());
  again.Send("y");
  CHECK(again.Receive(kLong) == "y");
}

TEST_CASE("a gate flips a bit in one byte of so many, each way") {
  const EchoServer server(">");
  TcpGate gate(server.address());
  Client client(gate.port());
  gate.Corrupt(2);
  client.Send("ab");  // arrives as "ar", is answered by ">ar"
  CHECK(client.Receive(kLong) == ">qr");
}

TEST_CASE("a gate cuts one connection at a point, with or without delivering it") {
  const EchoServer server;
  for (const bool deliver : {true, false}) {
    TcpGate gate(server.address());
    Client client(gate.port());
    gate.CutAt({.after = "seven", .at = "END", .deliver = deliver});
    client.Send("END of another");
    REQUIRE(client.Receive(kLong) == "END of another");
    client.Send("se");
    REQUIRE(client.Receive(kLong) == "se");
    client.Send("ven");
    REQUIRE(client.Receive(kLong) == "ven");
    CHECK(gate.cuts() == 0);
    client.Send("END");
    CHECK(client.Receive(kLong) == "closed");
    CHECK(gate.cuts() == 1);
    Client next(gate.port());
    next.Send("seven END");
    CHECK(next.Receive(kLong) == "seven END");
  }
}

TEST_CASE("a gate before a target that is not there closes its clients") {
  TcpGate gate("127.0.0.1:1");
  Client client(gate.port());
  CHECK(client.Receive(kLong) == "closed");
}

}  // namespace
}  // namespace clientele::testing
