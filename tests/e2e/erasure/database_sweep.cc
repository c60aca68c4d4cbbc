#include "tests/e2e/erasure/database_sweep.h"

#include <cstddef>
#include <filesystem>
#include <set>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/crypto/digest.h"
#include "common/postgres/statement.h"
#include "common/postgres/transaction.h"
#include "common/status/status_macros.h"
#include "tests/support/process.h"

namespace clientele::testing {
namespace {

using Json = nlohmann::json;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// Parents of partitions have the partitions' rows.
constexpr Statement kTables{
    "sweep_tables",
    "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
    "c.relnamespace WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition "
    "AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"};

std::string Of(const Json& row, const char* column) {
  const auto found = row.find(column);
  if (found == row.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

int DigitOf(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Of lower-case digits, as PostgreSQL writes them.
std::string FromHex(absl::string_view digits) {
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(DigitOf(digits[i]) * 16 + DigitOf(digits[i + 1])));
  }
  return bytes;
}

// Associated data with which the stores may have encrypted a value; see common/crypto/cipher.h.
std::vector<std::string> AssociatedData(const std::string& table, const std::string& column,
                                        const Json& row) {
  const std::string place = absl::StrCat(table, ".", column);
  const std::string caller = Of(row, "caller"), method = Of(row, "method");
  return {
      absl::StrCat(place, ":", Of(row, "customer_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "event_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "event_id"), "/",
                   Of(row, "model_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "model_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "media_id"), "/",
                   Of(row, "piece")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "media_id"), "/",
                   Of(row, "model_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "handover_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "conversation_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "answer_id")),
      absl::StrCat(place, ":", Of(row, "customer_id"), "/", Of(row, "prediction_id")),
      absl::StrCat(place, ":", Of(row, "seq")),
      absl::StrCat(place, ":", Of(row, "quarantine_id")),
      absl::StrCat("operations.", column, ":", Of(row, "operation_id")),
      absl::StrCat(place, ":", caller.size(), ":", caller, method.size(), ":", method,
                   Of(row, "request_id")),
  };
}

class Reader {
 public:
  Reader(const crypto::Cipher& cipher, Everything& everything)
      : cipher_(cipher), everything_(everything) {}

  void Add(const std::string& table, const Json& row) {
    for (const auto& [column, value] : row.items()) {
      const std::string place = absl::StrCat(table, ".", column);
      std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      // PostgreSQL's text form of bytea.
      if (text.starts_with("\\x")) text = FromHex(absl::string_view(text).substr(2));
      if (crypto::Cipher::KeyIdOf(text) == cipher_.current_key_id()) {
        text = Open(table, column, row, text);
      }
      everything_.values.push_back({place, std::move(text)});
    }
  }

 private:
  std::string Open(const std::string& table, const std::string& column, const Json& row,
                   const std::string& sealed) {
    for (const std::string& associated : AssociatedData(table, column, row)) {
      const absl::StatusOr<std::string> opened = cipher_.Decrypt(sealed, associated);
      if (opened.ok()) return *opened;
    }
    everything_.unopened.push_back(absl::StrCat(table, ".", column));
    return sealed;
  }

  const crypto::Cipher& cipher_;
  Everything& everything_;
};

void OrThrow(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

std::string PgDump() {
  namespace fs = std::filesystem;
  std::string newest;
  int version = 0;
  std::error_code error;
  for (const auto& folder : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const fs::path binary = folder.path() / "bin" / "pg_dump";
    int this_version = 0;
    if (!absl::SimpleAtoi(folder.path().filename().string(), &this_version)) continue;
    if (this_version <= version || !fs::exists(binary)) continue;
    version = this_version;
    newest = binary.string();
  }
  return newest;
}

}  // namespace

std::vector<std::string> Everything::Holding(const std::string& needle) const {
  const std::string hex = crypto::HexEncode(needle);
  std::set<std::string> places;
  for (const StoredValue& value : values) {
    if (value.text.find(needle) != std::string::npos || value.text.find(hex) != std::string::npos) {
      places.insert(value.place);
    }
  }
  return {places.begin(), places.end()};
}

Everything ReadEverything(postgres::ConnectionPool& pool, const crypto::Cipher& cipher) {
  Everything everything;
  OrThrow(pool.Transact(
      RequestContext(),
      [&](Transaction& t) -> absl::Status {
        everything = {};
        Reader reader(cipher, everything);
        CLIENTELE_ASSIGN_OR_RETURN(const Result tables, t.Execute(kTables));
        for (const Row table : tables) {
          const std::string name = table.Text(0);
          const std::string label = absl::StrCat("sweep_", name);
          const std::string sql = absl::StrCat("SELECT to_jsonb(t)::text FROM ", name, " t");
          CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                     t.Execute(Statement{label.c_str(), sql.c_str()}));
          for (const Row row : rows) reader.Add(name, Json::parse(row.Text(0)));
        }
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return everything;
}

std::string Dump(const std::string& conninfo) {
  const std::string pg_dump = PgDump();
  const CommandResult dump = pg_dump.empty()
                                 ? RunCommand({"/usr/bin/env", "pg_dump", "--dbname=" + conninfo})
                                 : RunCommand({pg_dump, "--dbname=" + conninfo});
  if (dump.exit_code != 0) throw std::runtime_error("pg_dump failed: " + dump.output);
  return dump.output;
}

}  // namespace clientele::testing
