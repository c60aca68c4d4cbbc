#include "tests/bench/profile/measured_service.h"

#include <stdexcept>

#include <grpcpp/create_channel.h>

#include "absl/strings/str_split.h"

#include "common/rpc/credentials.h"
#include "services/profile-service/maintenance.h"
#include "tests/bench/models/benchmark.h"
#include "tests/support/durable_cluster.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"

namespace clientele::profile {
namespace {

std::unique_ptr<Server> Start(const std::string& conninfo,
                              const clientele::testing::TemporaryFolder& folder) {
  const std::string prepared = PreparedFolder();
  ServerOptions options;
  options.host.service_name = "profile-service";
  options.host.metrics_port = -1;
  // As main.cc has it.
  options.host.write_threads = 16;
  options.database.url_file = folder.Write("database_url", conninfo).string();
  options.database.data_key_file = prepared + "/keys/data.key";
  options.models.model_dir = prepared + "/models";
  options.models.public_key_file = prepared + "/keys/model-signing.pub";
  bench::Require(MigrateSchema(options));
  std::unique_ptr<Server> server = bench::Require(Server::Create(options));
  if (!clientele::testing::Eventually(std::chrono::seconds(60),
                                      [&] { return server->serving(); })) {
    throw std::runtime_error("profile-service does not get ready");
  }
  return server;
}

}  // namespace

MeasuredService::MeasuredService()
    : cluster_(clientele::testing::StartDurableCluster()),
      pool_(bench::Require(postgres::ConnectionPool::Create({.conninfo = cluster_.conninfo()}))),
      server_(Start(cluster_.conninfo(), folder_)) {}

std::unique_ptr<v1::ProfileService::Stub> MeasuredService::Connect() const {
  return v1::ProfileService::NewStub(
      grpc::CreateChannel(server_->target(), rpc::MakeChannelCredentials()));
}

std::string PreparedFolder() {
  static const std::string folder = [] {
    const auto prepared = clientele::testing::RunCommand(absl::StrSplit(CLIENTELE_PREPARE, ' '));
    if (prepared.exit_code != 0) throw std::runtime_error(prepared.output);
    return std::string(CLIENTELE_PREPARED);
  }();
  return folder;
}

}  // namespace clientele::profile
