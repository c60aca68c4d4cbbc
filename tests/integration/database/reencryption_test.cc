#include "common/database/reencryption.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"
#include "common/postgres/migrator.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/support/fake_clock.h"
#include "tests/support/key_rings.h"
#include "tests/support/test_database.h"

namespace clientele::database {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;
using postgres::Value;
using testing::NewRing;
using testing::OldRing;
using testing::RotatedRing;

constexpr Statement kWrite{"shop.write_note",
                           "INSERT INTO shop.notes (owner, number, note) VALUES ($1, $2, $3)"
                           " ON CONFLICT (owner, number) DO UPDATE SET note = excluded.note"};
constexpr Statement kRead{"shop.read_note",
                          "SELECT note FROM shop.notes WHERE owner = $1 AND number = $2"};
constexpr Statement kDelete{"shop.delete_notes", "DELETE FROM shop.notes WHERE owner = $1"};

std::string PlaceOf(const EncryptedColumn::Key& key) {
  return absl::StrCat("shop.notes.note:", key[0], "/", key[1]);
}

// A table of notes with a key of two columns.
struct Notes {
  testing::TestDatabase database = testing::TestDatabase::Create();
  std::unique_ptr<postgres::ConnectionPool> pool = database.Pool(4);
  testing::FakeClock clock;

  Notes() {
    const absl::Status status =
        postgres::Migrate(*pool, "shop",
                          {{1, "notes",
                            "CREATE TABLE shop.notes (owner text COLLATE \"C\", number bigint,"
                            " note bytea, PRIMARY KEY (owner, number))"}},
                          {.modules = {LedgerMigrations(), operations::OperationMigrations()}});
    INFO(status.ToString());
    REQUIRE(status.ok());
  }

  EncryptedColumn Column(std::function<std::string(const EncryptedColumn::Key&)> place = PlaceOf) {
    return EncryptedColumn({.schema = "shop",
                            .table = "notes",
                            .column = "note",
                            .key = {{"owner"}, {"number", "bigint", "-9223372036854775808"}}},
                           std::move(place));
  }

  Result Run(const Statement& statement, const std::vector<Value>& parameters) {
    Result rows;
    const absl::Status status = pool->Transact({}, [&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(rows, t.Execute(statement, parameters));
      return absl::OkStatus();
    });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return rows;
  }
  void Write(const crypto::Cipher& cipher, const std::string& owner, int number,
             const std::string& note) {
    Run(kWrite,
        {owner, number, Bytes{cipher.Encrypt(note, PlaceOf({owner, absl::StrCat(number)}))}});
  }
  std::string Stored(const std::string& owner, int number) {
    return Run(kRead, {owner, number})[0].Bytes(0);
  }
  // What `cipher` makes of a note; nothing when it can't read it.
  std::optional<std::string> Read(const crypto::Cipher& cipher, const std::string& owner,
                                  int number) {
    const absl::StatusOr<std::string> note =
        cipher.Decrypt(Stored(owner, number), PlaceOf({owner, absl::StrCat(number)}));
    return note.ok() ? std::optional<std::string>(*note) : std::nullopt;
  }
  ReencryptionCounts Reencrypt(const EncryptedColumn& column, int batch = 3) {
    const auto counts = ReencryptColumn(*pool, {}, RotatedRing(), column, batch);
    INFO(counts.status());
    REQUIRE(counts.ok());
    return *counts;
  }
};

TEST_CASE("what is stored under an older key is stored under the current one afterwards") {
  Notes notes;
  for (const char* owner : {"ada", "bea", "王"}) {
    for (const int number : {-5, 2, 10}) {
      notes.Write(OldRing(), owner, number, absl::StrCat(owner, number));
    }
  }
  notes.Write(RotatedRing(), "bea", 3, "bea3");
  CHECK_FALSE(notes.Read(NewRing(), "ada", 2).has_value());

  for (const int batch : {2, 500}) {
    CAPTURE(batch);
    CHECK(notes.Reencrypt(notes.Column(), batch).reencrypted == (batch == 2 ? 9 : 0));
    for (const char* owner : {"ada", "bea", "王"}) {
      for (const int number : {-5, 2, 10}) {
        CHECK(notes.Read(NewRing(), owner, number) == absl::StrCat(owner, number));
      }
    }
    CHECK(notes.Read(NewRing(), "bea", 3) == "bea3");
  }
}

TEST_CASE("a run that was stopped goes on where values are left") {
  Notes notes;
  for (const int number : {1, 2, 3, 4}) notes.Write(OldRing(), "ada", number, "n");
  // The first batch is committed; the second one never comes.
  RequestContext context;
  CancellationSource stop;
  context.cancellation = stop.token();
  int seen = 0;
  const EncryptedColumn stopping = notes.Column([&](const EncryptedColumn::Key& key) {
    if (++seen == 3) stop.Cancel();
    return PlaceOf(key);
  });
  CHECK_FALSE(ReencryptColumn(*notes.pool, context, RotatedRing(), stopping, 2).ok());
  CHECK(notes.Read(NewRing(), "ada", 1).has_value());
  CHECK_FALSE(notes.Read(NewRing(), "ada", 4).has_value());

  CHECK(notes.Reencrypt(notes.Column()).reencrypted == 2);
  for (const int number : {1, 2, 3, 4}) CHECK(notes.Read(NewRing(), "ada", number) == "n");
}

TEST_CASE("no values are none, empty or not") {
  Notes notes;
  CHECK(notes.Reencrypt(notes.Column()) == ReencryptionCounts{});
  notes.Run(kWrite, {"ada", 1, nullptr});
  notes.Run(kWrite, {"ada", 2, Bytes{""}});
  CHECK(notes.Reencrypt(notes.Column()) == ReencryptionCounts{});
  CHECK(notes.Stored("ada", 2).empty());
}

TEST_CASE("what somebody else writes or deletes meanwhile is theirs") {
  Notes notes;
  for (const char* owner : {"ada", "bea", "cyn"}) notes.Write(OldRing(), owner, 1, "before");
  // Between the look at a row and its replacement.
  const EncryptedColumn busy = notes.Column([&](const EncryptedColumn::Key& key) {
    if (key[0] == "ada") notes.Write(OldRing(), "ada", 1, "after");
    if (key[0] == "bea") notes.Run(kDelete, {"bea"});
    return PlaceOf(key);
  });
  CHECK(notes.Reencrypt(busy) == ReencryptionCounts{.reencrypted = 1, .changed = 2});
  CHECK(notes.Read(RotatedRing(), "ada", 1) == "after");
  CHECK(notes.Run(kRead, {"bea", 1}).empty());
  CHECK(notes.Read(NewRing(), "cyn", 1) == "before");

  CHECK(notes.Reencrypt(notes.Column()) == ReencryptionCounts{.reencrypted = 1});
  CHECK(notes.Read(NewRing(), "ada", 1) == "after");
}

TEST_CASE("what no key reads is left as it is and told at the end") {
  Notes notes;
  notes.Write(crypto::Cipher::WithRandomKey(), "ada", 1, "lost");
  notes.Write(OldRing(), "bea", 1, "kept");
  const std::string lost = notes.Stored("ada", 1);
  std::string lines;
  telemetry::Logger log("test", telemetry::Severity::kInfo,
                        [&lines](absl::string_view line) { absl::StrAppend(&lines, line); });
  const absl::Status status = Reencrypt(*notes.pool, {}, RotatedRing(), {notes.Column()}, log);
  CHECK(absl::IsDataLoss(status));
  CHECK(GetReason(status) == reason::kDataLoss);
  CHECK(absl::StrContains(status.message(), "1 of shop.notes.note"));
  CHECK(absl::StrContains(lines, R"("column":"shop.notes.note")"));
  CHECK(absl::StrContains(lines, R"("unreadable":1)"));
  CHECK(notes.Stored("ada", 1) == lost);
  CHECK(notes.Read(NewRing(), "bea", 1) == "kept");
}

TEST_CASE("results of the request ledger are read after a rotation") {
  Notes notes;
  const MutationId id{
      .caller = "crm", .method = "Shop/Buy", .request_id = "r1", .body_hash = "body"};
  const auto once = [&](const crypto::Cipher& cipher, const std::string& result) {
    const Ledger ledger("shop", &cipher, &notes.clock);
    std::string got;
    const absl::Status status = notes.pool->Transact({}, [&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(
          got, ledger.Once(t, id, "", [&]() -> absl::StatusOr<std::string> { return result; }));
      return absl::OkStatus();
    });
    return status.ok() ? got : std::string(absl::StatusCodeToString(status.code()));
  };
  CHECK(once(OldRing(), "first") == "first");
  CHECK(notes.Reencrypt(LedgerResults("shop")) == ReencryptionCounts{.reencrypted = 1});
  // Under the new key now; requests are still told apart by the ring's last key.
  CHECK(notes.Reencrypt(LedgerResults("shop")) == ReencryptionCounts{});
  CHECK(once(OldRing(), "second") == "DATA_LOSS");
  CHECK(once(RotatedRing(), "second") == "first");
}

TEST_CASE("operations are read after a rotation") {
  Notes notes;
  const crypto::Cipher old_ring = OldRing(), new_ring = NewRing();
  const operations::OperationStore before("shop", &old_ring, &notes.clock);
  const operations::OperationStore after("shop", &new_ring, &notes.clock);
  std::string id;
  const absl::Status written = notes.pool->Transact({}, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(
        const auto created,
        before.Create(t, {.kind = "erase", .request = "who", .metadata = "how far"}));
    id = created.id;
    CLIENTELE_ASSIGN_OR_RETURN(const auto lease, before.Claim(t, {"erase"}, absl::Minutes(1)));
    return before.Finish(t, lease.value(), std::string("receipt"));
  });
  INFO(written);
  REQUIRE(written.ok());
  for (const EncryptedColumn& column : operations::OperationColumns("shop")) {
    CHECK(notes.Reencrypt(column) == ReencryptionCounts{.reencrypted = 1});
  }
  operations::Operation read;
  const absl::Status status = notes.pool->Transact({}, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(read, after.Get(t, id));
    return absl::OkStatus();
  });
  INFO(status);
  REQUIRE(status.ok());
  CHECK(read.request == "who");
  CHECK(read.metadata == "how far");
  CHECK(read.result == "receipt");
}

}  // namespace
}  // namespace clientele::database
