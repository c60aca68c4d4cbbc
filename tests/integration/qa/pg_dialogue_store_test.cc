// Conversations and hand-overs in PostgreSQL.
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"

#include "common/database/reencryption.h"
#include "services/qa-service/store/encrypted_columns.h"
#include "tests/contract/qa/conversation_store_contract.h"
#include "tests/contract/qa/feedback_store_contract.h"
#include "tests/contract/qa/handover_store_contract.h"
#include "tests/contract/qa/recorded_answer_store_contract.h"
#include "tests/integration/qa/pg_fixture.h"
#include "tests/support/key_rings.h"

namespace clientele::qa::testing {
namespace {

constexpr postgres::Statement kHandovers{"test.handovers",
                                         "SELECT h::text || encode(content, 'escape')"
                                         " || coalesce(encode(note, 'escape'), '')"
                                         " FROM qa.handovers h"};
constexpr postgres::Statement kConversations{
    "test.conversations", "SELECT c::text || encode(turns, 'escape') FROM qa.conversations c"};
constexpr postgres::Statement kRecordedAnswers{
    "test.recorded_answers",
    "SELECT r::text || encode(content, 'escape') FROM qa.recorded_answers r"};
constexpr postgres::Statement kFeedback{"test.feedback",
                                        "SELECT customer_id, answer_id, verdict, comment,"
                                        " create_time FROM qa.feedback ORDER BY 1, 2"};
constexpr postgres::Statement kRequests{"test.requests", "SELECT l::text FROM qa.request_ledger l"};

Conversation Talk(const std::string& id, const std::string& customer, absl::Time time) {
  Conversation conversation;
  conversation.id = id;
  conversation.customer_id = customer;
  conversation.turns = {AskedTurn("Where is my umbrella?", time)};
  conversation.create_time = time;
  conversation.update_time = time;
  return conversation;
}

TEST_CASE("PostgreSQL keeps the hand-over store's contract") {
  PgFixture f;
  CheckHandoverStoreContract({f.handovers, [&](const std::string& c) { f.Know(c); },
                              [&](const std::string& c) { f.Erase(c); }});
}

TEST_CASE("PostgreSQL keeps the conversation store's contract") {
  PgFixture f;
  CheckConversationStoreContract({f.conversations, [&](const std::string& c) { f.Know(c); },
                                  [&](const std::string& c) { f.Erase(c); }});
}

TEST_CASE("PostgreSQL keeps the feedback store's contract") {
  PgFixture f;
  const auto all = [&f] {
    std::vector<AnswerFeedback> list;
    const absl::Status read =
        f.pool->Transact(f.context, [&](postgres::Transaction& t) -> absl::Status {
          list.clear();
          CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(kFeedback));
          for (const postgres::Row row : rows) {
            AnswerFeedback& one = list.emplace_back();
            one.customer_id = row.Text(0);
            one.answer_id = row.Text(1);
            one.verdict = static_cast<AnswerVerdict>(row.Int64(2));
            one.create_time = row.Time(4);
            CLIENTELE_ASSIGN_OR_RETURN(
                one.text,
                f.cipher.Decrypt(row.Bytes(3), FeedbackPlace(one.customer_id, one.answer_id)));
          }
          return absl::OkStatus();
        });
    REQUIRE(read.ok());
    return list;
  };
  CheckFeedbackStoreContract({f.feedback, [&](const std::string& c) { f.Know(c); },
                              [&](const std::string& c) { f.Erase(c); }, all});
}

TEST_CASE("what was said is stored encrypted") {
  PgFixture f;
  Handover handover = WishOfPerson("a");
  handover.summary = "umbrella";
  handover.transcript[0].question = "umbrella";
  REQUIRE(f.handovers.Create(f.context, {}, handover).ok());
  REQUIRE(f.handovers
              .Update(f.context, {}, "a",
                      [](const Handover& current) -> absl::StatusOr<Handover> {
                        Handover next = current;
                        next.note = "umbrella";
                        return next;
                      })
              .ok());
  REQUIRE(f.conversations.Create(f.context, {}, Talk("c", "", absl::Now())).ok());
  CHECK(f.Dump(kHandovers).find("umbrella") == std::string::npos);
  CHECK(f.Dump(kConversations).find("umbrella") == std::string::npos);
  CHECK(f.handovers.Get(f.context, "a")->note == "umbrella");
}

TEST_CASE("PostgreSQL keeps the recorded answer store's contract") {
  PgFixture f;
  CheckRecordedAnswerStoreContract({f.recorded_answers, [&](const std::string& c) { f.Know(c); },
                                    [&](const std::string& c) { f.Erase(c); }});
}

TEST_CASE("what was recorded is encrypted, and goes after its time") {
  PgFixture f;
  RecordedAnswer answer = SampleRecordedAnswer("", "a1");
  answer.question.text = "Where is my umbrella?";
  answer.outcome.text = "The umbrella is here.";
  REQUIRE(*f.recorded_answers.Insert(f.context, answer));
  CHECK(f.Dump(kRecordedAnswers).find("umbrella") == std::string::npos);
  CHECK(*f.recorded_answers.Prune(f.context, answer.ask_time) == 0);
  CHECK(*f.recorded_answers.Prune(f.context, answer.ask_time + absl::Microseconds(1)) == 1);
  CHECK(f.Dump(kRecordedAnswers).empty());
}

TEST_CASE("of a customer who is not known not even the request is remembered") {
  PgFixture f;
  const MutationId request = HandoverRequest("r1");
  REQUIRE(f.handovers.Create(f.context, request, WishOfPerson("a", "ada"))->empty());
  REQUIRE(f.conversations.Create(f.context, request, Talk("c", "ada", absl::Now()))->empty());
  CHECK(f.Dump(kRequests).empty());
  f.Know("ada");
  CHECK(*f.handovers.Create(f.context, request, WishOfPerson("a", "ada")) == "a");
  CHECK_FALSE(f.Dump(kRequests).empty());
  f.Erase("ada");
  CHECK(f.Dump(kRequests).empty());
}

TEST_CASE("after a snapshot nothing is left of customers who were not in it") {
  // Names that no hexadecimal digits of what is encrypted spell.
  PgFixture f;
  f.Know("ulla");
  f.Know("bob");
  for (const char* customer : {"ulla", "bob"}) {
    const std::string id = std::string("of-") + customer;
    REQUIRE(f.handovers.Create(f.context, {}, WishOfPerson(id, customer)).ok());
    REQUIRE(f.conversations.Create(f.context, {}, Talk(id, customer, absl::Now())).ok());
    REQUIRE(*f.recorded_answers.Insert(f.context, SampleRecordedAnswer(customer, id)));
  }
  // Who has nothing else.
  f.Know("mia");
  REQUIRE(*f.recorded_answers.Insert(f.context, SampleRecordedAnswer("mia", "of-mia")));
  changefeed::ChangeBatch snapshot;
  snapshot.changes.emplace_back();
  snapshot.changes.back().kind = changefeed::Change::Kind::kCustomerCreated;
  snapshot.changes.back().customer_id = "bob";
  snapshot.snapshot = changefeed::SnapshotRange{};
  snapshot.cursor = "s";
  REQUIRE(f.sink.Apply(*f.sink.LoadCursor(), snapshot).ok());
  CHECK(absl::IsNotFound(f.handovers.Get(f.context, "of-ulla").status()));
  CHECK(f.handovers.Get(f.context, "of-bob").ok());
  CHECK(absl::IsNotFound(f.recorded_answers.Get(f.context, "of-ulla").status()));
  CHECK(absl::IsNotFound(f.recorded_answers.Get(f.context, "of-mia").status()));
  CHECK(f.recorded_answers.Get(f.context, "of-bob").ok());
  CHECK(f.Dump(kConversations).find("ulla") == std::string::npos);
  CHECK(f.Dump(kConversations).find("bob") != std::string::npos);
}

TEST_CASE("a reader that follows by number misses none of the hand-overs made at once") {
  PgFixture f;
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 10; ++i) {
        (void)f.handovers.Create({}, {}, WishOfPerson(std::to_string(w) + "-" + std::to_string(i)));
      }
    });
  }
  std::int64_t known = 0;
  std::size_t seen = 0;
  while (seen < 40) {
    const auto slice = f.handovers.ListAfter({}, known, 7, 1 << 20);
    REQUIRE(slice.ok());
    for (const Handover& handover : slice->handovers) {
      CHECK(handover.sequence == known + 1);
      known = handover.sequence;
      ++seen;
    }
  }
  for (std::thread& writer : writers) writer.join();
}

TEST_CASE("hand-overs and conversations go after their retention") {
  PgFixture f;
  REQUIRE(f.handovers.Create(f.context, {}, WishOfPerson("a")).ok());
  CHECK(*f.handovers.Prune(f.context, kAMonday) == 0);
  CHECK(*f.handovers.Prune(f.context, kAMonday + absl::Seconds(1)) == 1);
  const absl::Time begin = absl::FromUnixSeconds(1'700'000'000);
  REQUIRE(f.conversations.Create(f.context, {}, Talk("c", "", begin)).ok());
  CHECK(*f.conversations.Prune(f.context, begin) == 0);
  CHECK(*f.conversations.Prune(f.context, begin + absl::Seconds(1)) == 1);
}

TEST_CASE("conversations and hand-overs are read with the new key alone") {
  PgFixture f;
  const crypto::Cipher old_ring = clientele::testing::OldRing();
  PgHandoverStore handovers(f.pool.get(), &f.ledger, &old_ring);
  PgConversationStore conversations(f.pool.get(), &f.ledger, &old_ring);
  REQUIRE(handovers.Create(f.context, {}, WishOfPerson("a")).ok());
  REQUIRE(conversations.Create(f.context, {}, Talk("c", "", absl::Now())).ok());
  for (const database::EncryptedColumn& column : EncryptedColumns()) {
    const auto counts =
        database::ReencryptColumn(*f.pool, f.context, clientele::testing::RotatedRing(), column, 2);
    REQUIRE(counts.ok());
  }
  const crypto::Cipher new_ring = clientele::testing::NewRing();
  PgHandoverStore later(f.pool.get(), &f.ledger, &new_ring);
  PgConversationStore talks(f.pool.get(), &f.ledger, &new_ring);
  CHECK(later.Get(f.context, "a")->summary == "Summary of a");
  CHECK(talks.Get(f.context, "", "c", absl::InfinitePast())->turns.size() == 1);
}

}  // namespace
}  // namespace clientele::qa::testing
