#include "tests/bench/growth_segments/segment_speed.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/idempotency/ledger.h"
#include "common/time/clock.h"
#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segment_worker.h"
#include "services/profile-service/core/segments/segments.h"
#include "services/profile-service/store/events/pg_event_store.h"
#include "services/profile-service/store/migrations.h"
#include "services/profile-service/store/segments/pg_membership_store.h"
#include "services/profile-service/store/segments/pg_segment_store.h"
#include "tests/bench/growth_segments/segment_company.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/key_rings.h"
#include "tests/support/test_database.h"

namespace clientele::profile {
namespace {

constexpr int kSegments = 200;
constexpr int kEventRounds = 200;

constexpr postgres::Statement kOpenFills{"bench.count_fills",
                                         "SELECT count(*) FROM profile.segment_fills"};
// The first rule below, as one would write it by hand.
constexpr postgres::Statement kDecidePlainly{
    "bench.decide_in_sql",
    "SELECT count(*) FROM profile.customers AS c JOIN (SELECT customer_id FROM profile.events "
    "WHERE type = 4 AND category = 'category 7' AND event_time > now() - interval '90 days' "
    "GROUP BY customer_id HAVING count(*) >= 1) AS b USING (customer_id) "
    "WHERE c.deleted_time IS NULL AND c.region IN ('GB', 'FR')"};
constexpr postgres::Statement kWritePlainly{
    "bench.insert_members",
    "INSERT INTO profile.segment_members (customer_id, segment_id, join_time) "
    "SELECT customer_id, 'rule-1', now() FROM profile.customers ORDER BY customer_id "
    "ON CONFLICT DO NOTHING"};

struct RuleCase {
  const char* name;
  const char* rule;
};
constexpr RuleCase kRules[] = {
    {"narrow", "purchases(90d, category = \"category 7\") >= 1 and region in [\"GB\", \"FR\"]"},
    {"features", "affinity(\"category 7\") > 0.3 and monetary_net > 50"},
    {"recent", "purchases(30d) >= 1 and consent(\"profiling\")"},
    {"attribute", "attribute(\"tier\") = \"gold\" and purchases >= 3"},
    {"absence", "purchases(365d) = 0"},
    {"everyone", "true"},
};

double Now() { return bench::Seconds(bench::Time::kWall); }

class Measurement {
 public:
  explicit Measurement(int customers)
      : customers_(customers), database_(testing::TestDatabase::Create()), pool_(database_.Pool()) {
    const double start = Now();
    MakeSegmentCompany(*pool_, cipher_, customers, kSegments);
    std::fprintf(stderr, "%d customers made in %.0f s\n", customers, Now() - start);
  }

  void Run() {
    for (const RuleCase& one : kRules) Fill(one);
    Event();
  }

 private:
  void Print(const std::string& bench, double value, const char* unit, const std::string& vs,
             double ratio, const char* target = "") const {
    bench::Print({absl::StrCat("growth_segments.", bench, ".", customers_, "_customers"), value,
                  unit, vs, ratio, target});
  }

  double Plainly(const postgres::Statement& statement, bool keep) {
    const double start = Now();
    RunLong(*pool_, statement, {}, keep);
    return Now() - start;
  }

  void Fill(const RuleCase& one) {
    double start = Now();
    const auto sized =
        segments_.Create({}, {}, {.id = one.name, .rule = one.rule}, /*validate_only=*/true);
    bench::Require(sized.status());
    const double size_seconds = Now() - start;
    start = Now();
    bench::Require(segments_.Create({}, {}, {.id = one.name, .rule = one.rule}, false).status());
    do {
      bench::Require(filler_.Run({}));
    } while (RunLong(*pool_, kOpenFills)[0].Int64(0) > 0);
    const double seconds = Now() - start;
    const auto made = segments_.Get({}, one.name);
    bench::Require(made.status());
    const std::int64_t members = made->segment.member_count;
    if (members != sized->member_count) {
      std::fprintf(stderr, "%s: %ld of %ld\n", one.name, static_cast<long>(members),
                   static_cast<long>(sized->member_count));
    }
    const bool write = std::string(one.name) == "everyone";
    const double plain = Plainly(write ? kWritePlainly : kDecidePlainly, !write);
    Print(absl::StrCat("new_", one.name), seconds, "s",
          absl::StrCat(members, " members; counting them alone: ", size_seconds,
                       " s; PostgreSQL alone ", write ? "writes everybody" : "decides rule narrow",
                       ": ", plain, " s"),
          seconds / plain, "<= 5 s");
  }

  void Event() {
    bench::Require(worker_.Run({}));
    std::vector<double> milliseconds;
    for (int i = 0; i < kEventRounds; ++i) {
      profile::Event event;
      event.customer_id = SegmentCustomerId(i * 37 % customers_);
      event.event_id = absl::StrCat("new-", i);
      event.type = EventType::kPurchase;
      event.event_time = absl::Now() - absl::Seconds(1);
      event.category = "category 7";
      event.amount_micros = 1'000'000;
      event.currency_code = "GBP";
      const double start = Now();
      EventBatch batch;
      batch.events = {event};
      batch.indices = {0};
      bench::Require(events_.Insert({}, {}, batch).status());
      bench::Require(worker_.Run({}));
      milliseconds.push_back(1000 * (Now() - start));
    }
    const double median = bench::Median(milliseconds);
    Print("event_to_membership", median, "ms", "<= 10 ms at the median", median / 10, "<= 1");
  }

  const int customers_;
  const testing::TestDatabase database_;
  const std::unique_ptr<postgres::ConnectionPool> pool_;
  const crypto::Cipher cipher_ = testing::OldRing();
  const Clock* const clock_ = SystemClock::Get();
  const Ledger ledger_{kSchema, &cipher_, clock_, {}};
  PgSegmentStore segment_store_{pool_.get(), &ledger_};
  PgMembershipStore memberships_{pool_.get(), &cipher_};
  PgEventStore events_{pool_.get(), &ledger_, &cipher_, clock_};
  Segments segments_{&segment_store_, &memberships_, nullptr, clock_, {}};
  SegmentFiller filler_{&memberships_, nullptr, clock_, {}};
  SegmentWorker worker_{&segment_store_, &memberships_, nullptr, clock_, {}};
};

}  // namespace

void MeasureSegments(int customers) { Measurement(customers).Run(); }

}  // namespace clientele::profile
