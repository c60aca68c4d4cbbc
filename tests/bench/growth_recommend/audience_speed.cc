#include "tests/bench/growth_recommend/audience_speed.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/time/clock.h"
#include "services/recommend-service/core/audiences/audiences.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/store/audiences/pg_audience_store.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/training/factor_bytes.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/test_database.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kAudienceFactors = 32;
constexpr int kVectors = 1000;  // different ones

constexpr postgres::Statement kMakeRevisions{
    "bench.make_revisions",
    "INSERT INTO recommend.customer_revisions (customer_id, revision) "
    "SELECT 'c' || lpad(i::text, 8, '0'), i FROM generate_series(1, $1::bigint) i"};
constexpr postgres::Statement kMakeItems{
    "bench.make_items",
    "INSERT INTO recommend.customer_items (customer_id, item_id, interactions, views, carts, "
    "  purchases, returns, rating, first_time, last_time) "
    "SELECT 'c' || lpad(i::text, 8, '0'), 'i' || i % 10, 1, 0, 0, 1, 0, 0, now(), now() "
    "FROM generate_series(1, $1::bigint) i"};
constexpr postgres::Statement kMakeFactors{
    "bench.make_factors",
    "INSERT INTO recommend.customer_factors (customer_id, model_id, bias, factors, training_id, "
    "  history_revision) "
    "SELECT 'c' || lpad(i::text, 8, '0'), 'factorization/1', i % 997 / 1e3, "
    "  ($2::bytea[])[1 + i % 1000], 'training-1', i FROM generate_series(1, $1::bigint) i"};
constexpr postgres::Statement kAnalyze{"bench.analyze", "ANALYZE"};
constexpr postgres::Statement kReadPlainly{
    "bench.read_factors",
    "SELECT count(*), sum(length(factors)), max(r.revision) FROM recommend.customer_factors f "
    "JOIN recommend.customer_revisions r USING (customer_id)"};

class TenItems final : public CatalogStore {
 public:
  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
    CatalogChanges changes;
    for (int i = 0; i < 10; ++i) {
      changes.changed.push_back({absl::StrCat("i", i), "Title", "category", true});
    }
    return changes;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&, std::int64_t) override {
    return PopularityChanges();
  }
};

std::vector<float> RandomFactors(std::mt19937& random, std::size_t count) {
  std::normal_distribution<float> normal(0, 0.3F);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

}  // namespace

void MeasureAudience(int customers) {
  testing::TestDatabase database = testing::TestDatabase::Create();
  const auto pool = database.Pool();
  bench::Require(MigrateSchema(*pool));
  std::mt19937 random(3);
  std::vector<postgres::Bytes> vectors;
  for (int i = 0; i < kVectors; ++i) {
    vectors.push_back({FactorsToBytes(RandomFactors(random, kAudienceFactors))});
  }
  const auto execute = [&](const postgres::Statement& statement,
                           const std::vector<postgres::Value>& params) {
    bench::Require(pool->Transact(
        {}, [&](postgres::Transaction& t) { return t.Execute(statement, params).status(); },
        {.statement_timeout = absl::Minutes(10)}));
  };
  execute(kMakeRevisions, {customers});
  execute(kMakeItems, {customers});
  execute(kMakeFactors, {customers, vectors});
  execute(kAnalyze, {});

  TenItems items;
  Catalog catalog(&items);
  bench::Require(catalog.Refresh({}));
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(absl::StrCat("i", i));
  FakeCollaborativeModels models;
  models.current = std::make_shared<FakeCollaborativeModel>(
      ids, RandomFactors(random, 10 * kAudienceFactors), RandomFactors(random, 10), 0.5F,
      ImplicitLossWeights{0.1, 0.05, 0.05});
  ServingViews views(&catalog, &models);
  PgAudienceStore store(pool.get());
  UnknownConsent consent;
  double read = std::numeric_limits<double>::infinity(), first = read;
  std::string token;
  Audiences audiences(&views, &store, &consent, SystemClock::Get());
  const AudienceQuery query{.target = CategoryTarget{"category"}, .page_size = 1000};
  for (int round = 0; round < 3; ++round) {
    double start = bench::Seconds(bench::Time::kWall);
    execute(kReadPlainly, {});
    read = std::min(read, bench::Seconds(bench::Time::kWall) - start);
    start = bench::Seconds(bench::Time::kWall);
    const auto page = audiences.List({}, query);
    bench::Require(page.status());
    first = std::min(first, bench::Seconds(bench::Time::kWall) - start);
    token = page->next_page_token;
  }
  std::vector<double> next;
  for (int i = 0; i < 20 && !token.empty(); ++i) {
    AudienceQuery rest = query;
    rest.page_token = token;
    const double start = bench::Seconds(bench::Time::kWall);
    const auto page = audiences.List({}, rest);
    bench::Require(page.status());
    next.push_back(bench::Seconds(bench::Time::kWall) - start);
    token = page->next_page_token;
  }
  bench::Print({absl::StrCat("growth.recommend.audience_", customers, "_customers"), first, "s",
                absl::StrCat("PostgreSQL joins and counts the same rows: ", read,
                             " s; each page of 1,000 after it: ", bench::Median(next), " s"),
                first / read, ""});
}

}  // namespace clientele::recommend
