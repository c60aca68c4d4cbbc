// What recommend-service's calls cost as the catalog and the customers grow: sizes, and the ratio
// of large to small. Through a real server on a private PostgreSQL; one caller, medians.
#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/idempotency/ledger.h"
#include "common/inference/compute/compute_threads.h"
#include "common/time/clock.h"
#include "common/topk/dot_products.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/ranking/item_selection.h"
#include "services/recommend-service/core/training/training.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/pg_change_sink.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "tests/bench/growth_recommend/audience_speed.h"
#include "tests/bench/growth_recommend/callers_speed.h"
#include "tests/bench/growth_recommend/shop.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/recommend/shop_data.h"
#include "tests/support/test_database.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

using bench::Median;
using bench::PlainRead;
using bench::Print;
using bench::RandomSet;
using bench::Require;
using bench::Seconds;
using bench::Time;

constexpr std::int64_t kFactors = 32;
constexpr int kBatch = 1000;

// Batches of the feed with the sums by customer and item, and without them.
void MeasureFeed() {
  testing::TestDatabase database = testing::TestDatabase::Create();
  const auto pool = database.Pool();
  Require(MigrateSchema(*pool));
  Ledger ledger(kSchema, nullptr, SystemClock::Get());
  PgChangeSink sink(pool.get(), &ledger);
  std::mt19937 random(11);
  int events = 0;
  const auto apply = [&] {
    for (int b = 0; b < 10; ++b) {
      changefeed::ChangeBatch batch;
      for (int i = 0; i < kBatch; ++i) {
        changefeed::Change change;
        change.kind = changefeed::Change::Kind::kEvent;
        change.customer_id = absl::StrCat("c", random() % 20'000);
        change.event.event_id = absl::StrCat("e", events++);
        change.event.type =
            i % 3 == 0 ? changefeed::EventKind::kPurchase : changefeed::EventKind::kView;
        change.event.event_time = absl::FromUnixSeconds(1'600'000'000 + events);
        change.event.item_id = ItemId(static_cast<int>(random() % 5'000));
        batch.changes.push_back(std::move(change));
      }
      const std::string cursor = Require(sink.LoadCursor());
      batch.cursor = absl::StrCat(events);
      Require(sink.Apply(cursor, batch));
    }
  };
  constexpr postgres::Statement kWithout{"bench.disable_triggers",
                                         "ALTER TABLE recommend.interactions DISABLE TRIGGER USER"};
  constexpr postgres::Statement kWith{"bench.enable_triggers",
                                      "ALTER TABLE recommend.interactions ENABLE TRIGGER USER"};
  const auto execute = [&](const postgres::Statement& statement) {
    Require(pool->Transact(
        {}, [&](postgres::Transaction& t) { return t.Execute(statement).status(); }));
  };
  std::vector<double> with, without;
  for (int round = 0; round < 5; ++round) {
    for (const bool sums : {true, false}) {
      execute(sums ? kWith : kWithout);
      const double start = Seconds(Time::kWall);
      apply();
      (sums ? with : without).push_back(Seconds(Time::kWall) - start);
    }
  }
  Print({"growth.recommend.feed_with_sums", 10 * kBatch / Median(with), "events/s",
         absl::StrCat("without the sums: ", 10 * kBatch / Median(without), " events/s"),
         Median(without) / Median(with), ""});
}

// A shop of this size, and the seconds of a batch among its first and last 10,000 items.
struct Grown {
  explicit Grown(int items) {
    const int part = std::min(items, 10'000);
    first_import = shop.ImportItems(part);
    if (items > 2 * part) shop.ImportItems(items - 2 * part);
    if (items > part) last_import = shop.ImportItems(part);
    shop.Buy("light", 30);
    if (items >= 100'000) shop.Buy("heavy", 10'000);
    shop.Train();
  }
  Shop shop;
  double first_import = 0, last_import = 0;
};

// Milliseconds of calls that are made in turns: of each the tenth that was disturbed least.
std::vector<double> CallTimes(int rounds, const bench::Bodies& calls) {
  std::vector<double> milliseconds;
  for (const std::vector<double>& runs : bench::InTurns(Time::kWall, rounds, calls)) {
    milliseconds.push_back(1e3 * bench::Quantile(runs, 0.1));
  }
  return milliseconds;
}

void MeasureCalls() {
  Grown small(1'000), middle(20'000), large(100'000);
  const auto grown = [](const char* name, double large_value, double small_value,
                        const char* small_size, const char* target) {
    Print({absl::StrCat("growth.recommend.", name), large_value, "ms",
           absl::StrCat(small_size, ": ", small_value, " ms"), large_value / small_value, target});
  };
  const auto recommend = CallTimes(
      200, {[&] { small.shop.Recommend("light"); }, [&] { middle.shop.Recommend("light"); },
            [&] { large.shop.Recommend("light"); }, [&] { large.shop.Recommend("heavy"); }});
  grown("recommend_20000_items", recommend[1], recommend[0], "1,000 items", "");
  grown("recommend_100000_items", recommend[2], recommend[0], "1,000 items", "");
  grown("recommend_10000_purchases", recommend[3], recommend[2], "30 purchases", "<= 1.5");
  const auto create = CallTimes(200, {[&] { small.shop.Create(); }, [&] { large.shop.Create(); }});
  grown("create_item_100000_items", create[1], create[0], "1,000 items", "<= 1.2");
  const auto update = CallTimes(
      100, {[&] { small.shop.UpdateAndRecommend(); }, [&] { large.shop.UpdateAndRecommend(); }});
  grown("update_and_recommend_100000_items", update[1], update[0], "1,000 items", "");
  Print({"growth.recommend.import_items", kBatch / large.last_import, "items/s",
         absl::StrCat("the first 10,000 of 100,000: ", kBatch / large.first_import, " items/s"),
         large.first_import / large.last_import, ">= 0.7 of the speed"});
}

// One product and a plain read of the same factors, in turns.
void MeasureProduct(std::int64_t items) {
  std::vector<float> factors(static_cast<std::size_t>(items * kFactors), 0.5F);
  const std::vector<float> customer(kFactors, 0.25F);
  volatile float sink = 0;
  const auto read = [&] { sink = PlainRead(factors); };
  const auto product = [&] {
    topk::DotProducts(
        factors, items, kFactors, customer,
        [&](std::int64_t, absl::Span<const float> products) { sink = products.back(); });
  };
  const std::vector<double> best = bench::BestInTurns(Time::kThread, 50, {read, product});
  Print({absl::StrCat("growth.recommend.product_", items, "_items"), 1e3 * best[1], "ms",
         absl::StrCat("a plain read of the factors: ", 1e3 * best[0], " ms"), best[1] / best[0],
         "<= 1.3"});
}

// The whole pass for one customer against a plain read of the factors, in turns.
void MeasurePass(int items) {
  class Items final : public CatalogStore {
   public:
    explicit Items(int count) : count_(count) {}
    absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
      CatalogChanges changes;
      for (int i = 0; i < count_; ++i) {
        changes.changed.push_back({ItemId(i), "Title", absl::StrCat("category-", i % 20), true});
      }
      return changes;
    }
    absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&,
                                                      std::int64_t) override {
      return PopularityChanges();
    }

   private:
    const int count_;
  };
  Items store(items);
  Catalog catalog(&store);
  Require(catalog.Refresh({}));
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.3F);
  const auto fill = [&](std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = normal(random);
    return values;
  };
  std::vector<std::string> ids;
  for (int i = 0; i < items; ++i) ids.push_back(ItemId(i));
  std::sort(ids.begin(), ids.end());
  FakeCollaborativeModels models;
  models.current = std::make_shared<FakeCollaborativeModel>(
      ids, fill(static_cast<std::size_t>(items) * kFactors), fill(ids.size()), 0.5F);
  ServingViews views(&catalog, &models);
  const auto view = views.Current({});
  const CustomerFactors customer{fill(kFactors), 0.1F};
  std::vector<ItemHistory> bought;
  for (int i = 0; i < items; i += items / 30) {
    ItemHistory one;
    one.item_id = ids[static_cast<std::size_t>(i)];
    one.purchases = 1;
    bought.push_back(std::move(one));
  }
  const ResolvedHistory history(view->model.get(), bought, {}, absl::UnixEpoch());
  const FoldInSolution* const solution = Require(history.FoldedIn(view->model->fold_in));
  const ItemFilter everything;
  const WantedItems wanted(*view, {}, everything, absl::UnixEpoch());
  const LeftOut left_out(*view, history, {}, absl::UnixEpoch());
  const absl::Span<const float> factors = models.current->item_factors();
  volatile float sink = 0;
  const auto read = [&] { sink = PlainRead(factors); };
  const auto pass = [&] {
    const auto selected = SelectByFactors(*view, wanted, left_out, customer, 10);
    const ReasonFinder reasons(*view, history, solution, "en");
    for (const SelectedItem& one : selected) {
      sink = static_cast<float>(reasons.Find(*view->catalog->Find(one.id), one.slot).size());
    }
  };
  const std::vector<double> best = bench::BestInTurns(Time::kThread, 50, {read, pass});
  Print({absl::StrCat("growth.recommend.pass_", items, "_items"), 1e3 * best[1], "ms",
         absl::StrCat("a plain read of the factors: ", 1e3 * best[0], " ms"), best[1] / best[0],
         "<= 1.7 from 20,000 items"});
}

void MeasureTraining() {
  const TrainingSet set = RandomSet(4000, 4000, 100);
  std::vector<double> cpu_one, cpu_two;
  const auto train = [&](int threads) {
    return [&set, threads] {
      const AlsFactorizer factorizer({.threads = threads});
      Require(
          factorizer.Train(set, {32, 3, 1}, [](int, int) { return absl::OkStatus(); }).status());
    };
  };
  const std::vector<double> best = bench::BestInTurns(
      Time::kWall, 3, {bench::NotingCpu(cpu_one, train(1)), bench::NotingCpu(cpu_two, train(2))});
  Print({"growth.recommend.training_threads", best[1], "s",
         absl::StrCat("one thread: ", best[0],
                      " s; processor time of two against one: ", Median(cpu_two) / Median(cpu_one)),
         best[0] / best[1], ">= 1.7 as speed"});
}

void Run(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  if (only.empty() || only == "product") {
    inference::UseThreads(1);
    for (const int items : {1'000, 20'000, 100'000}) MeasureProduct(items);
    for (const int items : {1'000, 20'000, 100'000}) MeasurePass(items);
  }
  if (only.empty() || only == "training") MeasureTraining();
  if (only.empty() || only == "feed") MeasureFeed();
  if (only.empty() || only == "calls") MeasureCalls();
  if (only.empty() || only == "callers") MeasureCallers();
  if (only.empty() || only == "hybrid") MeasureHybrid();
  if (only.empty() || only == "audience") {
    for (const int customers : {100'000, 1'000'000}) MeasureAudience(customers);
  }
}

}  // namespace
}  // namespace clientele::recommend

int main(int argc, char** argv) {
  return clientele::bench::RunBenchmark("growth_recommend",
                                        [&] { clientele::recommend::Run(argc, argv); });
}
