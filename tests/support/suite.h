#ifndef CLIENTELE_TESTS_SUPPORT_SUITE_H_
#define CLIENTELE_TESTS_SUPPORT_SUITE_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace clientele::testing {

// The four real binaries over a database, with keys and models of their own, on
// free ports of 127.0.0.1. Everything goes with the object.
//
//   const TestDatabase database = TestDatabase::Create();
//   Suite suite(database.conninfo());
//   auto stub = qa::v1::QaService::NewStub(suite.gateway());
//   suite.Kill("qa-service");
//   suite.Start("qa-service");   // waits until SERVING
//
// Models and sample data are those that tests/e2e/prepare.sh made in the build
// folder; the model folder is a copy, so that a test may train into it.
class Suite {
 public:
  // Migrates, starts the four and waits until each is SERVING.
  explicit Suite(const std::string& conninfo);
  ~Suite();
  Suite(const Suite&) = delete;
  Suite& operator=(const Suite&) = delete;

  // A channel to one of the four.
  std::shared_ptr<grpc::Channel> channel(const std::string& service) const;
  std::shared_ptr<grpc::Channel> gateway() const { return channel("gateway-service"); }
  std::string address(const std::string& service) const;

  // kill -9, and waits until the process is gone.
  void Kill(const std::string& service);
  // SIGTERM; returns the exit code.
  int Terminate(const std::string& service);
  // Starts a service that was killed or terminated and waits until it is SERVING.
  void Start(const std::string& service);
  bool running(const std::string& service);
  // What the service has logged.
  std::string log(const std::string& service) const;

  // Waits for health to say SERVING (true) or anything else (false); false when
  // that does not happen in time.
  bool WaitForHealth(const std::string& service, bool serving, std::chrono::seconds timeout) const;

  // Runs `clientele ARGUMENTS... --gateway ...`.
  CommandResult Clientele(const std::vector<std::string>& arguments) const;

  // The sample company's folder.
  static std::string SampleFolder();
  const std::string& model_dir() const { return model_dir_; }

 private:
  void Launch(const std::string& service);

  TemporaryFolder folder_;
  std::string conninfo_;
  std::string model_dir_;
  std::map<std::string, int> ports_;
  std::map<std::string, Process> processes_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_SUITE_H_
