#ifndef CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_SHOP_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_SHOP_H_

// A recommend-service over a database of its own, which benchmarks fill and call.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/server.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/pg_change_sink.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"

namespace clientele::recommend {

// Of the i-th item. Not in the order of their numbers.
std::string ItemId(int number);

// With a catalog of some size, a model of all its items, and customers. Belongs to one thread.
class Shop {
 public:
  Shop();

  // This many more, with titles of five words that are more and less common; the seconds of a batch
  // that was disturbed least.
  double ImportItems(int count);
  void Buy(const std::string& customer, int purchases);
  // Random factors of all items and of the customers so far, each item with a hundred links.
  void Train();
  // A ranker of a hundred random trees, which reads all features.
  void TrainRanker();
  v1::RecommendResponse Recommend(const std::string& customer);
  void Create();
  // A write, and a recommendation that counts it.
  void UpdateAndRecommend();

  // Of a service like this one over the same database and models.
  ServerOptions options() const;
  std::string target() const { return server_->target(); }
  postgres::ConnectionPool* pool() { return pool_.get(); }

 private:
  testing::TestDatabase database_ = testing::TestDatabase::Create();
  std::unique_ptr<postgres::ConnectionPool> pool_ = database_.Pool();
  testing::TemporaryFolder folder_;
  Ledger ledger_{kSchema, nullptr, SystemClock::Get()};
  PgChangeSink sink_{pool_.get(), &ledger_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::RecommendService::Stub> stub_;
  std::vector<std::string> customers_;
  int items_ = 0;
  int updated_ = 0;
};

// Waits a minute at most.
void Await(const std::function<bool()>& condition);

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_SHOP_H_
