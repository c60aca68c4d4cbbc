#include "tests/support/suite.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include "common/rpc/credentials.h"
#include "tests/support/http_get.h"
#include "tests/support/paths.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kServices = {"profile-service", "qa-service", "recommend-service",
                                            "gateway-service"};
constexpr std::chrono::seconds kStartTimeout(60);

std::string PreparedFolder() { return CLIENTELE_E2E_PREPARED; }

// "qa-service" of "qa-service/2".
std::string ServiceOf(const std::string& process) { return process.substr(0, process.find('/')); }

// Follows grpc.health.v1.Health/Watch until the wanted state. The messages are
// small enough to be written by hand: an empty request asks for the whole server,
// and field 1 of the response is 1 when it is SERVING.
bool WatchHealth(const std::shared_ptr<grpc::Channel>& channel, bool serving,
                 std::chrono::system_clock::time_point deadline) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(deadline);
  context.set_wait_for_ready(true);
  grpc::CompletionQueue queue;
  const auto next = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(&context, "/grpc.health.v1.Health/Watch", &queue);
  call->StartCall(nullptr);
  bool reached = false;
  if (next()) {
    grpc::Slice empty("");
    call->WriteLast(grpc::ByteBuffer(&empty, 1), grpc::WriteOptions(), nullptr);
    bool open = next();
    while (open && !reached) {
      grpc::ByteBuffer message;
      call->Read(&message, nullptr);
      open = next();
      if (!open) break;
      grpc::Slice slice;
      const bool is_serving = message.TrySingleSlice(&slice).ok() && slice.size() == 2 &&
                              slice.begin()[0] == 8 && slice.begin()[1] == 1;
      reached = is_serving == serving;
    }
  }
  context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  next();
  queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) {
  }
  return reached;
}

}  // namespace

Suite::Suite(SuiteOptions options)
    : options_(std::move(options)), model_dir_((folder_.path() / "models").string()) {
  fs::copy(PreparedFolder() + "/models", model_dir_, fs::copy_options::recursive);
  for (const std::string& service : kServices) {
    const auto own = options_.service_replicas.find(service);
    const int replicas = own == options_.service_replicas.end() ? options_.replicas : own->second;
    for (int replica = 1; replica <= replicas; ++replica) {
      names_.push_back(replica == 1 ? service : service + "/" + std::to_string(replica));
      ports_[names_.back()] = FreePort();
      metrics_ports_[names_.back()] = FreePort();
    }
  }
  for (const std::string& name : names_) Launch(name);
  for (const std::string& name : names_) {
    if (!WaitForHealth(name, true, kStartTimeout)) {
      throw std::runtime_error(name + " did not become SERVING; its log:\n" + log(name));
    }
  }
}

Suite::~Suite() {
  for (auto& [name, process] : running_) process.Signal(SIGTERM);
  for (auto& [name, process] : running_) process.Wait();
}

std::string Suite::address(const std::string& process) const {
  return "127.0.0.1:" + std::to_string(ports_.at(process));
}

std::string Suite::target(const std::string& service) const {
  std::string target;
  for (const std::string& name : names_) {
    if (ServiceOf(name) != service) continue;
    target += (target.empty() ? "ipv4:" : ",") + address(name);
  }
  return target;
}

std::shared_ptr<grpc::Channel> Suite::channel(const std::string& process) const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  // Each test sees the server's state, not a backoff that another channel earned.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel(address(process), rpc::MakeChannelCredentials(), arguments);
}

std::vector<std::string> Suite::Command(const std::string& process) const {
  const std::string service = ServiceOf(process);
  std::vector<std::string> argv = {clientele::testing::BinDir() + "/" + service, "--port",
                                   std::to_string(ports_.at(process)), "--metrics_port",
                                   std::to_string(metrics_ports_.at(process))};
  if (const auto more = options_.flags.find(service); more != options_.flags.end()) {
    argv.insert(argv.end(), more->second.begin(), more->second.end());
  }
  return argv;
}

Environment Suite::EnvironmentOf(const std::string& process) const {
  const std::string prepared = PreparedFolder();
  const auto own = options_.service_conninfo.find(ServiceOf(process));
  Environment environment = {
      {"CLIENTELE_DATABASE_URL",
       own == options_.service_conninfo.end() ? options_.conninfo : own->second},
      {"CLIENTELE_DATA_KEY_FILE", DataKeyFile()},
      {"CLIENTELE_MODEL_DIR", model_dir_},
      {"CLIENTELE_MODEL_PUBLIC_KEY_FILE", PublicKeyFile()},
      {"CLIENTELE_SIGNING_KEY_FILE", prepared + "/keys/model-signing.key"},
      {"CLIENTELE_PROFILE_SERVICE_ADDRESS", target("profile-service")},
      {"CLIENTELE_QA_SERVICE_ADDRESS", target("qa-service")},
      {"CLIENTELE_RECOMMEND_SERVICE_ADDRESS", target("recommend-service")},
  };
  if (ServiceOf(process) == "qa-service") {
    environment["CLIENTELE_TEXT_ENCODER"] = "clientele-encoder";
  }
  return environment;
}

std::string Suite::LogFile(const std::string& process) const {
  std::string name = process;
  std::replace(name.begin(), name.end(), '/', '-');
  return (folder_.path() / (name + ".log")).string();
}

TestDatabase Suite::Database() {
  return TestDatabase::CreateFrom(
      [](const TestDatabase& empty) { Suite::Migrate(empty.conninfo()); });
}

void Suite::Migrate(const std::string& conninfo) {
  const TemporaryFolder folder;
  std::map<std::string, Process> running;
  for (const std::string& service : kServices) {
    if (service == "gateway-service") continue;
    const std::vector<std::string> command = {clientele::testing::BinDir() + "/" + service,
                                              "--migrate_and_exit"};
    running.emplace(service, Process(command, {{"CLIENTELE_DATABASE_URL", conninfo}},
                                     (folder.path() / (service + ".log")).string()));
  }
  for (auto& [service, process] : running) {
    if (process.Wait() != 0) {
      throw std::runtime_error(service + " could not migrate:\n" + process.output());
    }
  }
}

void Suite::Launch(const std::string& process) {
  running_.insert_or_assign(process,
                            Process(Command(process), EnvironmentOf(process), LogFile(process)));
}

void Suite::Start(const std::string& process) {
  Launch(process);
  if (!WaitForHealth(process, true, kStartTimeout)) {
    throw std::runtime_error(process + " did not become SERVING again; its log:\n" + log(process));
  }
}

void Suite::Kill(const std::string& process) {
  running_.at(process).Signal(SIGKILL);
  running_.at(process).Wait();
}

int Suite::Terminate(const std::string& process) {
  running_.at(process).Signal(SIGTERM);
  return running_.at(process).Wait();
}

bool Suite::running(const std::string& process) { return running_.at(process).running(); }

std::string Suite::log(const std::string& process) const {
  const auto found = running_.find(process);
  return found == running_.end() ? "" : found->second.output();
}

std::string Suite::metrics_page(const std::string& process) const {
  return HttpGet(metrics_ports_.at(process), "/metrics");
}

double Suite::metric(const std::string& process, const std::string& name,
                     const std::string& labels) const {
  std::istringstream text(metrics_page(process));
  double sum = 0;
  for (std::string line; std::getline(text, line);) {
    const bool named = line.starts_with(name + " ") || line.starts_with(name + "{");
    if (named && line.find(labels) != std::string::npos) {
      sum += std::stod(line.substr(line.rfind(' ')));
    }
  }
  return sum;
}

bool Suite::WaitForHealth(const std::string& process, bool serving,
                          std::chrono::seconds timeout) const {
  return WatchHealth(channel(process), serving, std::chrono::system_clock::now() + timeout);
}

CommandResult Suite::Clientele(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {clientele::testing::BinDir() + "/clientele"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(argv, {{"CLIENTELE_GATEWAY", address("gateway-service")}});
}

CommandResult Suite::RunService(const std::string& service,
                                const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {clientele::testing::BinDir() + "/" + service};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(argv, EnvironmentOf(service));
}

std::string Suite::DataKeyFile() { return PreparedFolder() + "/keys/data.key"; }

std::string Suite::PublicKeyFile() { return PreparedFolder() + "/keys/model-signing.pub"; }

std::string Suite::SampleFolder() { return PreparedFolder() + "/sample"; }

}  // namespace clientele::testing
