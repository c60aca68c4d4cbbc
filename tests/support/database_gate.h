#ifndef CLIENTELE_TESTS_SUPPORT_DATABASE_GATE_H_
#define CLIENTELE_TESTS_SUPPORT_DATABASE_GATE_H_

#include <string>

#include "tests/support/tcp_gate.h"

namespace clientele::testing {

// A gate in front of a PostgreSQL server.
//
//   const TestDatabase database = Suite::Database();
//   DatabaseGate gate(database.conninfo());
//   Suite suite({.conninfo = database.conninfo(),
//                .service_conninfo = {{"profile-service", gate.conninfo()}}});
//   gate.CutAtCommit("request-7", /*deliver=*/true);
//   gate->Stall();
class DatabaseGate {
 public:
  explicit DatabaseGate(const std::string& conninfo);

  // The same database, through the gate and unencrypted.
  const std::string& conninfo() const { return conninfo_; }
  TcpGate& operator*() { return gate_; }
  TcpGate* operator->() { return &gate_; }

  // Cuts the connection at the COMMIT of the transaction whose statements carried
  // `marker` (a request_id, for example). `deliver`: PostgreSQL commits and its answer
  // is lost; else it never hears of the COMMIT.
  void CutAtCommit(const std::string& marker, bool deliver);

 private:
  TcpGate gate_;
  std::string conninfo_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_DATABASE_GATE_H_
