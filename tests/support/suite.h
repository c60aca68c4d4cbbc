#ifndef CLIENTELE_TESTS_SUPPORT_SUITE_H_
#define CLIENTELE_TESTS_SUPPORT_SUITE_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>
#include <sys/types.h>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"

namespace clientele::testing {

struct SuiteOptions {
  // A libpq connection string of a database from Suite::Database().
  std::string conninfo = {};
  // Of one service, in place of the above: through a gate, for example.
  std::map<std::string, std::string> service_conninfo = {};
  // Processes of each service.
  int replicas = 1;
  // Of one service, in place of the above.
  std::map<std::string, int> service_replicas = {};
  // More flags of a service: {"qa-service", {"--worker_threads", "2"}}.
  std::map<std::string, std::vector<std::string>> flags = {};
};

// The four real binaries over a database, with keys and models of their own, on
// free ports of 127.0.0.1. Everything goes with the object.
//
//   const TestDatabase database = Suite::Database();
//   Suite suite(database.conninfo());
//   auto stub = qa::v1::QaService::NewStub(suite.gateway());
//   suite.Kill("qa-service");
//   suite.Start("qa-service");   // waits until SERVING
//
// With replicas a process is called "qa-service" or "qa-service/2"; the gateways
// spread their calls over the replicas of each service.
//
// Models and sample data are those that tests/e2e/prepare.sh made in the build
// folder; the model folder is a copy, so that a test may train into it.
class Suite {
 public:
  // A database with the schemas of all services.
  static TestDatabase Database();
  // Applies the migrations of all services to an empty database.
  static void Migrate(const std::string& conninfo);

  // Starts all and waits until each is SERVING.
  explicit Suite(const std::string& conninfo) : Suite(SuiteOptions{.conninfo = conninfo}) {}
  explicit Suite(SuiteOptions options);
  ~Suite();
  Suite(const Suite&) = delete;
  Suite& operator=(const Suite&) = delete;

  // A channel to one process.
  std::shared_ptr<grpc::Channel> channel(const std::string& process) const;
  std::shared_ptr<grpc::Channel> gateway() const { return channel("gateway-service"); }
  std::string address(const std::string& process) const;
  // A gRPC target that names every replica of a service.
  std::string target(const std::string& service) const;
  // Every process, in the order of starting.
  const std::vector<std::string>& processes() const { return names_; }

  // kill -9, and waits until the process is gone.
  void Kill(const std::string& process);
  // SIGTERM; returns the exit code.
  int Terminate(const std::string& process);
  // Starts a process that was killed or terminated; Start() waits until it is SERVING.
  void Launch(const std::string& process);
  void Start(const std::string& process);
  bool running(const std::string& process);
  pid_t pid(const std::string& process) const { return running_.at(process).pid(); }
  // What the process has logged.
  std::string log(const std::string& process) const;
  // The sum of a metric's values over all of its labels that hold `labels`, such as
  // "outcome=\"late\""; 0 when there is none.
  double metric(const std::string& process, const std::string& name,
                const std::string& labels = "") const;

  // Everything that the process's metrics page says.
  std::string metrics_page(const std::string& process) const;

  // Waits for health to say SERVING (true) or anything else (false); false when
  // that does not happen in time.
  bool WaitForHealth(const std::string& process, bool serving, std::chrono::seconds timeout) const;

  // Runs `clientele ARGUMENTS... --gateway ...`.
  CommandResult Clientele(const std::vector<std::string>& arguments) const;

  // Runs a service's binary once, with the environment of its processes: {"--new_epoch"}.
  CommandResult RunService(const std::string& service,
                           const std::vector<std::string>& arguments) const;

  // The sample company's folder.
  static std::string SampleFolder();
  // The keys that personal data are encrypted with.
  static std::string DataKeyFile();
  // The key that the models are signed with.
  static std::string PublicKeyFile();
  const std::string& model_dir() const { return model_dir_; }

 private:
  // The command line and the environment of a process.
  std::vector<std::string> Command(const std::string& process) const;
  Environment EnvironmentOf(const std::string& process) const;
  std::string LogFile(const std::string& process) const;

  const SuiteOptions options_;
  TemporaryFolder folder_;
  std::string model_dir_;
  std::vector<std::string> names_;
  std::map<std::string, int> ports_;
  std::map<std::string, int> metrics_ports_;
  std::map<std::string, Process> running_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_SUITE_H_
