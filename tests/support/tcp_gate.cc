#include "tests/support/tcp_gate.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace clientele::testing {
namespace {

using Clock = std::chrono::steady_clock;

// How soon a change of state reaches a connection that is silent.
constexpr int kTurnMilliseconds = 10;
constexpr std::size_t kMostWaitingBytes = std::size_t{1} << 20;
// Bytes of a client that are remembered, to find patterns across reads.
constexpr std::size_t kMemoryBytes = 4096;

int Connect(const std::string& target) {
  int fd = -1;
  if (target.starts_with("/")) {
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (target.size() >= sizeof(address.sun_path)) throw std::runtime_error("path too long");
    std::memcpy(address.sun_path, target.c_str(), target.size() + 1);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  } else {
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(target.substr(target.rfind(':') + 1))));
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  }
  close(fd);
  return -1;
}

// Bytes on their way in one direction.
class Pipe {
 public:
  Pipe(int from, int to) : from_(from), to_(to) {}

  bool full() const { return waiting_bytes_ >= kMostWaitingBytes; }
  bool ended() const { return ended_ && waiting_.empty(); }
  // When the first waiting bytes are due.
  std::optional<Clock::time_point> due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front().due;
  }

  // What has arrived; empty when nothing has, or the sender closed.
  std::string Read() {
    std::string bytes(16384, '\0');
    const ssize_t count = recv(from_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count <= 0) {
      if (count == 0 || (errno != EAGAIN && errno != EINTR)) ended_ = true;
      return "";
    }
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
  }

  void Push(std::string bytes, Clock::time_point due, std::size_t corrupt_every) {
    if (corrupt_every > 0) {
      for (char& byte : bytes) {
        if (++carried_ % corrupt_every == 0) byte = static_cast<char>(byte ^ 0x10);
      }
    }
    waiting_bytes_ += bytes.size();
    waiting_.push_back({due, std::move(bytes)});
  }

  // Sends what is due, as far as the receiver takes it. False when it has gone.
  bool Flush() {
    while (!waiting_.empty() && waiting_.front().due <= Clock::now()) {
      std::string& bytes = waiting_.front().bytes;
      const ssize_t sent = send(to_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      waiting_bytes_ -= static_cast<std::size_t>(sent);
      bytes.erase(0, static_cast<std::size_t>(sent));
      if (!bytes.empty()) return true;
      waiting_.pop_front();
    }
    return true;
  }

 private:
  struct Waiting {
    Clock::time_point due;
    std::string bytes;
  };

  const int from_;
  const int to_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t carried_ = 0;
  bool ended_ = false;
};

}  // namespace

struct TcpGate::Connection {
  int client = -1;
  std::string memory;   // the client's latest bytes
  bool marked = false;  // the cut point's `after` has been seen
  std::atomic<bool> done = false;
  std::thread thread;
};

TcpGate::TcpGate(std::string target) : target_(std::move(target)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 1024) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the gate cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

TcpGate::~TcpGate() {
  stopping_ = true;
  acceptor_.join();
  for (Connection& connection : connections_) connection.thread.join();
  close(listener_);
}

void TcpGate::Set(const State& state) {
  std::lock_guard lock(mutex_);
  state_ = state;
}

TcpGate::State TcpGate::CurrentState() const {
  std::lock_guard lock(mutex_);
  return state_;
}

void TcpGate::Pass() { Set({}); }
void TcpGate::Delay(std::chrono::milliseconds delay) { Set({.delay = delay}); }
void TcpGate::Stall() { Set({.mode = Mode::kStall}); }
void TcpGate::Cut() { Set({.mode = Mode::kCut}); }
void TcpGate::Corrupt(std::size_t every_bytes) {
  Set({.corrupt_every = std::max<std::size_t>(1, every_bytes)});
}

void TcpGate::CutAt(CutPoint point) {
  std::lock_guard lock(mutex_);
  point_ = std::move(point);
  for (Connection& connection : connections_) connection.marked = false;
}

std::size_t TcpGate::connections() const {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                [](const auto& c) { return !c.done; }));
}

void TcpGate::Accept() {
  while (!stopping_) {
    pollfd ready{.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, kTurnMilliseconds) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    std::lock_guard lock(mutex_);
    for (auto it = connections_.begin(); it != connections_.end();) {
      if (it->done) {
        it->thread.join();
        it = connections_.erase(it);
      } else {
        ++it;
      }
    }
    Connection& connection = connections_.emplace_back();
    connection.client = client;
    connection.thread = std::thread([this, &connection] { Carry(connection); });
  }
}

void TcpGate::Carry(Connection& connection) {
  const bool cut = CurrentState().mode == Mode::kCut;
  const int target = cut ? -1 : Connect(target_);
  if (target >= 0) {
    CarryUntilClosed(connection, connection.client, target);
    close(target);
  }
  close(connection.client);
  connection.done = true;
}

void TcpGate::CarryUntilClosed(Connection& connection, int client, int target) {
  Pipe up(client, target);
  Pipe down(target, client);
  bool cut_at_answer = false;
  while (!stopping_) {
    const Mode mode = CurrentState().mode;
    if (mode == Mode::kCut) return;
    if (mode == Mode::kStall) {
      poll(nullptr, 0, kTurnMilliseconds);
      continue;
    }
    int timeout = kTurnMilliseconds;
    const auto now = Clock::now();
    for (const Pipe* pipe : {&up, &down}) {
      if (!pipe->due()) continue;
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(*pipe->due() - now).count();
      timeout = std::clamp(static_cast<int>(left), 0, timeout);
    }
    std::array<pollfd, 2> ready = {
        pollfd{.fd = client, .events = static_cast<short>(up.full() ? 0 : POLLIN), .revents = 0},
        pollfd{.fd = target, .events = static_cast<short>(down.full() ? 0 : POLLIN), .revents = 0}};
    poll(ready.data(), ready.size(), timeout);
    // What was sent after a change arrives under it.
    const State state = CurrentState();
    if (state.mode != mode) continue;
    if ((ready[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !up.full()) {
      std::string bytes = up.Read();
      if (!bytes.empty()) {
        const std::optional<CutPoint> point = Matches(connection, bytes);
        if (point && !point->deliver) {
          ++cuts_;
          return;
        }
        cut_at_answer = cut_at_answer || point.has_value();
        up.Push(std::move(bytes), Clock::now() + state.delay, state.corrupt_every);
      }
    }
    if ((ready[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !down.full()) {
      std::string bytes = down.Read();
      if (cut_at_answer) {
        ++cuts_;
        return;
      }
      if (!bytes.empty()) {
        down.Push(std::move(bytes), Clock::now() + state.delay, state.corrupt_every);
      }
    }
    if (!up.Flush() || !down.Flush() || up.ended() || down.ended()) return;
  }
}

std::optional<TcpGate::CutPoint> TcpGate::Matches(Connection& connection,
                                                  const std::string& bytes) {
  std::lock_guard lock(mutex_);
  if (!point_) return std::nullopt;
  connection.memory += bytes;
  if (!connection.marked) {
    const auto found = connection.memory.find(point_->after);
    if (found != std::string::npos) {
      connection.marked = true;
      connection.memory.erase(0, found + point_->after.size());
    }
  }
  std::optional<CutPoint> reached;
  if (connection.marked && connection.memory.find(point_->at) != std::string::npos) {
    reached = std::exchange(point_, std::nullopt);
  }
  if (connection.memory.size() > kMemoryBytes) {
    connection.memory.erase(0, connection.memory.size() - kMemoryBytes);
  }
  return reached;
}

}  // namespace clientele::testing
