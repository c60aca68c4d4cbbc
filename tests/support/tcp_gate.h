#ifndef CLIENTELE_TESTS_SUPPORT_TCP_GATE_H_
#define CLIENTELE_TESTS_SUPPORT_TCP_GATE_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace clientele::testing {

// A stretch of network that misbehaves on demand: listens on a free port of
// 127.0.0.1 and hands bytes on to a target.
//
//   TcpGate gate("127.0.0.1:50051");
//   Connect("127.0.0.1:" + std::to_string(gate.port()));
//   gate.Stall();                      // bytes stay where they are
//   gate.Pass();                       // and go on
//   gate.CutAt({.after = "request-7", .at = "COMMIT", .deliver = true});
//   ...
//   CHECK(gate.cuts() == 1);
//
// What is said holds for connections that are open and for new ones. Thread-safe.
class TcpGate {
 public:
  // `target`: "127.0.0.1:PORT", or the path of a Unix socket. It is connected to when a
  // client comes; a client is closed when it is not there.
  explicit TcpGate(std::string target);
  ~TcpGate();
  TcpGate(const TcpGate&) = delete;
  TcpGate& operator=(const TcpGate&) = delete;

  int port() const { return port_; }

  // Bytes flow as they come; the state at the start.
  void Pass();
  // Each byte arrives so much later, both ways.
  void Delay(std::chrono::milliseconds delay);
  // Nothing flows and nothing is closed, as when a cable is pulled.
  void Stall();
  // Closes every connection, and new ones at once, until something else is said.
  void Cut();
  // Flips one bit in each so many bytes, both ways; at least 1.
  void Corrupt(std::size_t every_bytes);

  // Where one connection is cut: the first time that a client sends `at`, having sent
  // `after` before on the same connection.
  struct CutPoint {
    std::string after;
    std::string at;
    // True: the target gets the bytes and the cut comes when its answer does, so that
    // it has acted and nobody is told. False: the target never gets them.
    bool deliver = true;
  };
  // Cuts one connection; others pass. Replaces the point that was set before.
  void CutAt(CutPoint point);

  // Connections that a point has cut.
  int cuts() const { return cuts_; }
  // Connections that are open now.
  std::size_t connections() const;

 private:
  enum class Mode { kPass, kStall, kCut };
  struct State {
    Mode mode = Mode::kPass;
    std::chrono::milliseconds delay{0};
    std::size_t corrupt_every = 0;  // 0: never
  };
  struct Connection;

  void Set(const State& state);
  State CurrentState() const;
  void Accept();
  void Carry(Connection& connection);
  void CarryUntilClosed(Connection& connection, int client, int target);
  // Whether the cut point stands at these bytes of a client; true once.
  std::optional<CutPoint> Matches(Connection& connection, const std::string& bytes);

  const std::string target_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> cuts_ = 0;
  mutable std::mutex mutex_;
  State state_;
  std::optional<CutPoint> point_;
  std::list<Connection> connections_;
  std::thread acceptor_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_TCP_GATE_H_
