#ifndef CLIENTELE_TESTS_BENCH_PROFILE_MEASURED_SERVICE_H_
#define CLIENTELE_TESTS_BENCH_PROFILE_MEASURED_SERVICE_H_

#include <chrono>
#include <memory>
#include <string>

#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/postgres/connection_pool.h"
#include "services/profile-service/server.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_cluster.h"

namespace clientele::profile {

// profile-service in this process, with the models in the box, over a PostgreSQL of its own that
// flushes commits to disk. Throws where it cannot be had.
class MeasuredService {
 public:
  MeasuredService();

  std::unique_ptr<v1::ProfileService::Stub> Connect() const;
  const std::string& conninfo() const { return cluster_.conninfo(); }
  // Another client of the same database.
  postgres::ConnectionPool& pool() const { return *pool_; }
  const clientele::testing::TemporaryFolder& folder() const { return folder_; }

 private:
  const clientele::testing::TestCluster cluster_;
  const clientele::testing::TemporaryFolder folder_;
  const std::unique_ptr<postgres::ConnectionPool> pool_;
  const std::unique_ptr<Server> server_;
};

// What tests/e2e/prepare.sh made: keys, and the models in the box.
std::string PreparedFolder();

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_BENCH_PROFILE_MEASURED_SERVICE_H_
