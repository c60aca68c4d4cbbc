#include "tests/support/suite.h"

#include <filesystem>
#include <stdexcept>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kServices = {"profile-service", "qa-service", "recommend-service",
                                            "gateway-service"};
constexpr std::chrono::seconds kStartTimeout(60);

std::string PreparedFolder() { return CLIENTELE_E2E_PREPARED; }

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

Suite::Suite(const std::string& conninfo)
    : conninfo_(conninfo), model_dir_((folder_.path() / "models").string()) {
  fs::copy(PreparedFolder() + "/models", model_dir_, fs::copy_options::recursive);
  for (const std::string& service : kServices) ports_[service] = FreePort();
  for (const std::string& service : kServices) {
    if (service == "gateway-service") continue;
    Launch(service + " --migrate_and_exit");
  }
  for (const std::string& service : kServices) Launch(service);
  for (const std::string& service : kServices) {
    if (!WaitForHealth(service, true, kStartTimeout)) {
      throw std::runtime_error(service + " did not become SERVING; its log:\n" + log(service));
    }
  }
}

Suite::~Suite() {
  for (auto& [name, process] : processes_) process.Signal(SIGTERM);
  for (auto& [name, process] : processes_) process.Wait();
}

std::string Suite::address(const std::string& service) const {
  return "127.0.0.1:" + std::to_string(ports_.at(service));
}

std::shared_ptr<grpc::Channel> Suite::channel(const std::string& service) const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  // Each test sees the server's state, not a backoff that another channel earned.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel(address(service), grpc::InsecureChannelCredentials(), arguments);
}

void Suite::Launch(const std::string& command) {
  const bool migrate = command.find(" --migrate_and_exit") != std::string::npos;
  const std::string service = command.substr(0, command.find(' '));
  const std::string prepared = PreparedFolder();
  Environment environment = {
      {"CLIENTELE_DATABASE_URL", conninfo_},
      {"CLIENTELE_DATA_KEY_FILE", prepared + "/keys/data.key"},
      {"CLIENTELE_MODEL_DIR", model_dir_},
      {"CLIENTELE_MODEL_PUBLIC_KEY_FILE", prepared + "/keys/model-signing.pub"},
      {"CLIENTELE_SIGNING_KEY_FILE", prepared + "/keys/model-signing.key"},
      {"CLIENTELE_PROFILE_SERVICE_ADDRESS", address("profile-service")},
      {"CLIENTELE_QA_SERVICE_ADDRESS", address("qa-service")},
      {"CLIENTELE_RECOMMEND_SERVICE_ADDRESS", address("recommend-service")},
  };
  std::vector<std::string> argv = {std::string(CLIENTELE_BIN_DIR) + "/" + service, "--port",
                                   std::to_string(ports_.at(service)), "--metrics_port", "-1"};
  if (migrate) argv.push_back("--migrate_and_exit");
  Process process(argv, environment, (folder_.path() / (service + ".log")).string());
  if (migrate) {
    if (process.Wait() != 0) {
      throw std::runtime_error(service + " could not migrate:\n" + process.output());
    }
    return;
  }
  processes_.insert_or_assign(service, std::move(process));
}

void Suite::Kill(const std::string& service) {
  processes_.at(service).Signal(SIGKILL);
  processes_.at(service).Wait();
}

int Suite::Terminate(const std::string& service) {
  processes_.at(service).Signal(SIGTERM);
  return processes_.at(service).Wait();
}

void Suite::Start(const std::string& service) {
  Launch(service);
  if (!WaitForHealth(service, true, kStartTimeout)) {
    throw std::runtime_error(service + " did not become SERVING again; its log:\n" + log(service));
  }
}

bool Suite::running(const std::string& service) { return processes_.at(service).running(); }

std::string Suite::log(const std::string& service) const {
  const auto found = processes_.find(service);
  return found == processes_.end() ? "" : found->second.output();
}

bool Suite::WaitForHealth(const std::string& service, bool serving,
                          std::chrono::seconds timeout) const {
  return WatchHealth(channel(service), serving, std::chrono::system_clock::now() + timeout);
}

CommandResult Suite::Clientele(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {std::string(CLIENTELE_BIN_DIR) + "/clientele"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(argv, {{"CLIENTELE_GATEWAY", address("gateway-service")}});
}

std::string Suite::SampleFolder() { return PreparedFolder() + "/sample"; }

}  // namespace clientele::testing
