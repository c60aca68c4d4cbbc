#include "tests/support/database_gate.h"

#include "tests/support/conninfo.h"

namespace clientele::testing {
namespace {

std::string TargetOf(const std::string& conninfo) {
  const Parameters parameters = ParametersOf(conninfo);
  const auto value = [&](const char* keyword, const char* otherwise) {
    const auto found = parameters.find(keyword);
    return found == parameters.end() ? std::string(otherwise) : found->second;
  };
  const std::string host = value("host", "127.0.0.1");
  const std::string port = value("port", "5432");
  return host.starts_with("/") ? host + "/.s.PGSQL." + port : host + ":" + port;
}

}  // namespace

DatabaseGate::DatabaseGate(const std::string& conninfo)
    : gate_(TargetOf(conninfo)),
      conninfo_(WithParameters(conninfo, {{"host", "127.0.0.1"},
                                          {"port", std::to_string(gate_.port())},
                                          {"sslmode", "disable"},
                                          {"gssencmode", "disable"}})) {}

void DatabaseGate::CutAtCommit(const std::string& marker, bool deliver) {
  // The whole text of a simple query, with its terminating NUL.
  gate_.CutAt({.after = marker, .at = std::string("COMMIT", sizeof("COMMIT")), .deliver = deliver});
}

}  // namespace clientele::testing
