#include "tests/bench/profile/plain_select.h"

#include <stdexcept>

#include <libpq-fe.h>

namespace clientele::profile {
namespace {

constexpr char kName[] = "plain";

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result Taken(PGresult* result) { return {result, &PQclear}; }

}  // namespace

struct PlainSelect::Connection {
  explicit Connection(const std::string& conninfo) : opened(PQconnectdb(conninfo.c_str())) {}
  ~Connection() { PQfinish(opened); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  PGconn* const opened;
};

PlainSelect::PlainSelect(const std::string& conninfo, const std::string& sql)
    : connection_(std::make_unique<Connection>(conninfo)) {
  const Result prepared =
      Taken(PQprepare(connection_->opened, kName, sql.c_str(), 1, /*paramTypes=*/nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQerrorMessage(connection_->opened));
  }
}

PlainSelect::~PlainSelect() = default;

void PlainSelect::Run(const std::string& key) {
  const char* const values[] = {key.c_str()};
  const Result rows = Taken(PQexecPrepared(connection_->opened, kName, 1, values, nullptr, nullptr,
                                           /*resultFormat=*/0));
  if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK || PQntuples(rows.get()) != 1) {
    throw std::runtime_error("the plain SELECT gave no row");
  }
}

}  // namespace clientele::profile
