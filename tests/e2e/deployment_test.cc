// The Dockerfile, docker-compose.yml and deploy/k8s against the real binaries: every
// name, port, flag and variable written there is one that they know.

#include "tests/support/deployment.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "common/rpc/server_host.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = clientele::testing::SourceDir();
const std::set<std::string> kServices = {"gateway-service", "profile-service", "qa-service",
                                         "recommend-service"};
constexpr char kImagePrefix[] = "clientele/";
// The containers that make models: they alone write them and hold the signing key.
const std::set<std::string> kModelMakers = {"training", "starter-models", "recommend-training"};

const std::map<std::string, Image>& Images() {
  static const auto images = ReadDockerfile(kSource);
  return images;
}

const YAML::Node& Compose() {
  static const YAML::Node compose = ReadCompose(kSource);
  return compose;
}

const std::vector<Resource>& Kubernetes() {
  static const auto resources = ReadKubernetes(kSource);
  return resources;
}

std::vector<Container> AllContainers() {
  std::vector<Container> all = ComposeContainers(Compose());
  for (Container& container : KubernetesContainers(Kubernetes()))
    all.push_back(std::move(container));
  return all;
}

bool IsOurs(const Container& container) { return absl::StartsWith(container.image, kImagePrefix); }

std::string TargetOf(const Container& container) {
  return std::string(absl::StripPrefix(container.image, kImagePrefix));
}

// The file that the container runs.
std::string ProgramOf(const Container& container) {
  if (!container.command.empty()) return fs::path(container.command[0]).filename();
  return fs::path(Images().at(TargetOf(container)).entry_point).filename();
}

bool IsScript(const std::string& program) { return absl::EndsWith(program, ".sh"); }

std::string Help(const std::string& program) {
  static std::map<std::string, std::string> known;
  std::string& help = known[program];
  if (help.empty()) {
    const CommandResult result =
        RunCommand({absl::StrCat(clientele::testing::BinDir(), "/", program), "--help"});
    INFO(program << " --help: " << result.output);
    REQUIRE(result.exit_code == 0);
    help = result.output;
  }
  return help;
}

std::set<std::string> AllMatches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

std::set<std::string> Flags(const std::string& program) {
  return AllMatches(Help(program), R"(\n +(--[a-z_0-9]+)[ =\n])");
}

std::set<std::string> Variables(const std::string& program) {
  return AllMatches(Help(program), R"(\(Env:([A-Z_0-9]+)\))");
}

// What the binary listens on by default.
int DefaultPort(const std::string& service) {
  const std::set<std::string> found =
      AllMatches(Help(service), R"(--port [^\n]*(?:=|\[)(\d+)\]? +\(Env:CLIENTELE_PORT\))");
  REQUIRE(found.size() == 1);
  return std::stoi(*found.begin());
}

const Resource* FindResource(const std::string& kind, const std::string& name) {
  for (const Resource& resource : Kubernetes()) {
    if (resource.kind == kind && resource.name == name) return &resource;
  }
  return nullptr;
}

bool ServesCalls(const Container& container) {
  return kServices.contains(container.name) && container.arguments.empty();
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("a service has one name: folder, binary, image, compose key, Deployment and Service") {
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(kSource / "services")) {
    if (entry.is_directory()) folders.insert(entry.path().filename());
  }
  CHECK(folders == kServices);
  for (const std::string& service : kServices) {
    INFO(service);
    CHECK(fs::exists(fs::path(clientele::testing::BinDir()) / service));
    REQUIRE(Images().contains(service));
    CHECK(Images().at(service).entry_point == "/usr/local/bin/" + service);
    CHECK(Images().at(service).files.contains(service));
    CHECK(Compose()["services"][service]["image"].as<std::string>().starts_with(
        absl::StrCat(kImagePrefix, service, ":")));
    REQUIRE(FindResource("Service", service) != nullptr);
    const Resource* deployment = FindResource("Deployment", service);
    REQUIRE(deployment != nullptr);
    const YAML::Node pod = PodTemplate(*deployment);
    CHECK(pod["spec"]["containers"][0]["name"].as<std::string>() == service);
    CHECK(pod["metadata"]["labels"]["app.kubernetes.io/name"].as<std::string>() == service);
  }
}

TEST_CASE("every container runs an image of the Dockerfile, and a program that is in it") {
  for (const Container& container : AllContainers()) {
    INFO(container.where);
    if (!IsOurs(container)) {
      CHECK(container.image == "postgres");
      continue;
    }
    REQUIRE(Images().contains(TargetOf(container)));
    CHECK(container.tag == CLIENTELE_VERSION);
    const std::string program = ProgramOf(container);
    CHECK(Images().at(TargetOf(container)).files.contains(program));
    if (IsScript(program)) CHECK(fs::exists(kSource / "deploy/docker" / program));
  }
}

TEST_CASE("an image is built where compose runs it, from its own target") {
  std::set<std::string> built;
  for (const auto& entry : Compose()["services"]) {
    const YAML::Node build = Find(entry.second, {"build"});
    if (!build.IsDefined()) continue;
    const std::string target = build["target"].as<std::string>();
    CHECK(entry.second["image"].as<std::string>() ==
          absl::StrCat(kImagePrefix, target, ":", CLIENTELE_VERSION));
    CHECK(fs::exists(kSource / build["dockerfile"].as<std::string>()));
    CHECK(built.insert(target).second);
  }
  std::set<std::string> wanted = kServices;
  wanted.insert("tools");
  CHECK(built == wanted);
}

// What deploy/docker/runtime-packages.sh says that binaries of this build need.
std::string PackagesOf(const std::string& binaries) {
  const std::string command =
      absl::StrCat("cd '", clientele::testing::BinDir(), "' && '",
                   (kSource / "deploy/docker/runtime-packages.sh").string(), "' ", binaries);
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) output += static_cast<char>(c);
  REQUIRE(pclose(pipe) == 0);
  return output;
}

TEST_CASE("an image installs what its binaries link, and the gateway links no libtorch") {
  CHECK_FALSE(absl::StrContains(PackagesOf("gateway-service clientele"), "libtorch"));
  CHECK(absl::StrContains(PackagesOf("qa-service"), "libtorch"));
}

TEST_CASE("no image runs as root, and the gateway's installs nothing for models") {
  for (const std::string target :
       {"gateway-service", "profile-service", "qa-service", "recommend-service", "tools"}) {
    INFO(target);
    CHECK(Images().at(target).user == "10001:10001");
    CHECK(Images().at(target).packages.contains("/packages/runtime)\""));
    CHECK(Images().at(target).packages.contains("/packages/models)\"") ==
          (target != "gateway-service"));
  }
}

TEST_CASE("binaries know every flag and variable that they are given") {
  for (const Container& container : AllContainers()) {
    if (!IsOurs(container) || IsScript(ProgramOf(container))) continue;
    const std::string program = ProgramOf(container);
    const std::set<std::string> flags = Flags(program);
    const std::set<std::string> variables = Variables(program);
    for (const std::string& argument : container.arguments) {
      INFO(container.where << " " << argument);
      CHECK(flags.contains(argument.substr(0, argument.find('='))));
    }
    for (const auto& [name, value] : container.environment) {
      INFO(container.where << " " << name);
      CHECK(variables.contains(name));
    }
  }
}

TEST_CASE("ports are those that the binaries listen on") {
  for (const std::string& service : kServices) {
    INFO(service);
    const int port = DefaultPort(service);
    const std::set<int> ports = {port, port + 1000};
    CHECK(Images().at(service).ports == ports);
    const YAML::Node spec = FindResource("Service", service)->node["spec"];
    CHECK(spec["clusterIP"].as<std::string>() == "None");
    std::set<int> offered;
    for (const YAML::Node& offer : spec["ports"]) offered.insert(offer["port"].as<int>());
    CHECK(offered == ports);
  }
  int serving = 0;
  for (const Container& container : AllContainers()) {
    if (!ServesCalls(container)) continue;
    INFO(container.where);
    ++serving;
    const int port = DefaultPort(container.name);
    CHECK(container.environment.at("CLIENTELE_PORT") == std::to_string(port));
    for (const int open : container.ports) CHECK(Images().at(container.name).ports.contains(open));
  }
  CHECK(serving == 8);
}

TEST_CASE("addresses name a service and its port") {
  const std::regex form(R"((dns:///)?([a-z-]+):(\d+))");
  for (const Container& container : AllContainers()) {
    for (const auto& [name, value] : container.environment) {
      if (!absl::EndsWith(name, "_SERVICE_ADDRESS") && name != "CLIENTELE_GATEWAY") continue;
      INFO(container.where << " " << name << "=" << value);
      std::smatch match;
      REQUIRE(std::regex_match(value, match, form));
      const std::string service = match[2];
      REQUIRE(kServices.contains(service));
      CHECK(std::stoi(match[3]) == DefaultPort(service));
      // CLIENTELE_QA_SERVICE_ADDRESS is qa-service's.
      const std::string variable =
          absl::StrCat("CLIENTELE_", absl::AsciiStrToUpper(absl::StripSuffix(service, "-service")));
      CHECK(absl::StartsWith(name, variable));
    }
  }
}

TEST_CASE("no container has rights that it does not need") {
  for (const Container& container : AllContainers()) {
    INFO(container.where);
    CHECK_FALSE(container.runs_as_root);
    CHECK(container.read_only_root);
    CHECK(container.drops_all_capabilities);
    CHECK(container.forbids_new_privileges);
  }
  for (const Resource& resource : Kubernetes()) {
    const YAML::Node pod = PodTemplate(resource);
    if (!pod.IsDefined()) continue;
    INFO(resource.file << " " << resource.kind << " " << resource.name);
    CHECK_FALSE(Find(pod, {"spec", "automountServiceAccountToken"}).as<bool>(true));
    CHECK_FALSE(Find(pod, {"spec", "enableServiceLinks"}).as<bool>(true));
    CHECK(Find(pod, {"spec", "securityContext", "seccompProfile", "type"}).as<std::string>("") ==
          "RuntimeDefault");
    for (const char* sharing : {"hostNetwork", "hostPID", "hostIPC"}) {
      CHECK_FALSE(Find(pod, {"spec", sharing}).IsDefined());
    }
  }
}

TEST_CASE("models are read-only where they serve; what makes them alone holds the signing key") {
  int readers = 0;
  int writers = 0;
  for (const Container& container : AllContainers()) {
    INFO(container.where);
    const bool makes_models = kModelMakers.contains(container.name);
    for (const Mount& mount : container.mounts) {
      if (mount.source == "models") {
        ++(makes_models ? writers : readers);
        CHECK(mount.read_only != makes_models);
        CHECK(mount.target == "/models");
      }
      if (mount.source == "signing-key" || mount.source == "model-signing") {
        CHECK((makes_models || container.name == "secrets"));
      }
    }
    CHECK((makes_models || !container.environment.contains("CLIENTELE_SIGNING_KEY_FILE")));
  }
  CHECK(readers == 6);
  CHECK(writers == 4);
}

TEST_CASE("secrets are files of their reader's own, never written down") {
  const std::regex secret_name(".*(PASSWORD|TOKEN|TOKENS|SECRET|KEY|DATABASE_URL)(_FILE)?");
  for (const Container& container : AllContainers()) {
    for (const auto& [name, value] : container.environment) {
      INFO(container.where << " " << name);
      if (std::regex_match(name, secret_name)) CHECK(absl::EndsWith(name, "_FILE"));
      CHECK(value.find("://") == (absl::StartsWith(value, "dns:///") ? 3 : std::string::npos));
      if (!absl::StartsWith(value, "/")) continue;
      bool mounted = false;
      for (const Mount& mount : container.mounts) {
        mounted = mounted || value == mount.target || absl::StartsWith(value, mount.target + "/");
      }
      CHECK(mounted);
    }
    for (const Mount& mount : container.mounts) {
      INFO(container.where << " " << mount.source);
      if (absl::StartsWith(mount.target, "/run/") && mount.source != "tmpfs") {
        CHECK((mount.read_only || container.name == "secrets"));
      }
      if (ServesCalls(container) && mount.target == "/run/clientele") {
        CHECK(absl::StripSuffix(mount.source, "-secrets") == container.name);
      }
    }
  }
  for (const Resource& resource : Kubernetes()) {
    INFO(resource.file);
    CHECK(resource.kind != "Secret");
  }
}

TEST_CASE("callers must show a token wherever other machines can call") {
  for (const Container& container : AllContainers()) {
    if (!ServesCalls(container)) continue;
    INFO(container.where);
    CHECK(container.environment.contains("CLIENTELE_AUTH_TOKENS_FILE"));
    CHECK_FALSE(container.environment.contains("CLIENTELE_ALLOW_ANONYMOUS"));
  }
  for (const auto& entry : Compose()["services"]) {
    for (const YAML::Node& port : Find(entry.second, {"ports"})) {
      CHECK(entry.first.as<std::string>() == "gateway-service");
      CHECK(absl::StartsWith(port.as<std::string>(), "127.0.0.1:"));
    }
  }
}

TEST_CASE("what changes compose names its services, and variables that they know") {
  for (const char* file : {"deploy/docker/edge.yml", "deploy/docker/gpu.yml"}) {
    for (const auto& entry : ReadOverride(kSource, file)["services"]) {
      const std::string name = entry.first.as<std::string>();
      INFO(file << " " << name);
      REQUIRE(Compose()["services"][name].IsDefined());
      for (const auto& variable : Find(entry.second, {"environment"})) {
        CHECK(Variables(name).contains(variable.first.as<std::string>()));
      }
      for (const YAML::Node& settings : Find(entry.second, {"env_file"})) {
        CHECK(fs::exists(kSource / settings.as<std::string>()));
      }
    }
  }
}

TEST_CASE("every service with models gets the GPU, and every image of them the same PyTorch") {
  const YAML::Node services = ReadOverride(kSource, "deploy/docker/gpu.yml")["services"];
  const std::string dockerfile = ReadText(kSource / "deploy/docker/Dockerfile");
  int on_gpu = 0;
  for (const auto& entry : Compose()["services"]) {
    const std::string name = entry.first.as<std::string>();
    INFO(name);
    const bool has_models =
        Find(entry.second, {"environment", "CLIENTELE_MODEL_DIR"}).IsDefined() &&
        kServices.contains(name);
    const YAML::Node device =
        Find(services, {name, "deploy", "resources", "reservations", "devices"});
    CHECK(device.IsDefined() == has_models);
    if (has_models) {
      ++on_gpu;
      CHECK(device[0]["capabilities"][0].as<std::string>() == "gpu");
      CHECK(services[name]["environment"]["CLIENTELE_DEVICE"].as<std::string>() == "auto");
    }
    // The images share a stage with libtorch, so each is built with it; the gateway's has none.
    if (!Find(entry.second, {"build"}).IsDefined() || name == "gateway-service") continue;
    const YAML::Node build = Find(services, {name, "build"});
    REQUIRE(build.IsDefined());
    for (const auto& context : build["additional_contexts"]) {
      CHECK(Images().contains(context.first.as<std::string>()));
    }
    for (const auto& argument : build["args"]) {
      CHECK(absl::StrContains(dockerfile,
                              absl::StrCat("ARG ", argument.first.as<std::string>(), "=")));
      CHECK(absl::StartsWith(argument.second.as<std::string>(), "/opt/gpu/"));
    }
  }
  CHECK(on_gpu == 3);
  CHECK(absl::StrContains(dockerfile, "COPY --from=torch / /opt/gpu/"));
}

TEST_CASE("compose asks each service itself for its health") {
  for (const Container& container : ComposeContainers(Compose())) {
    if (!ServesCalls(container)) continue;
    INFO(container.where);
    const auto test =
        Find(container.definition, {"healthcheck", "test"}).as<std::vector<std::string>>();
    const std::string address = absl::StrCat("127.0.0.1:", DefaultPort(container.name));
    CHECK(test == std::vector<std::string>{"CMD", "clientele", "health", address});
    CHECK(Images().at(container.name).files.contains("clientele"));
  }
  // A health check whose command does not exist would never say healthy.
  CHECK(RunCommand({absl::StrCat(clientele::testing::BinDir(), "/clientele"), "health", "--help"})
            .exit_code == 0);
  CHECK(RunCommand({absl::StrCat(clientele::testing::BinDir(), "/clientele"), "health",
                    absl::StrCat("127.0.0.1:", FreePort())})
            .exit_code == 1);
}

TEST_CASE("a compose service waits for services that exist") {
  const YAML::Node services = Compose()["services"];
  for (const auto& entry : services) {
    for (const auto& other : Find(entry.second, {"depends_on"})) {
      const std::string name = other.first.as<std::string>();
      const std::string condition = other.second["condition"].as<std::string>();
      INFO(entry.first.as<std::string>() << " waits for " << name);
      REQUIRE(services[name].IsDefined());
      if (condition == "service_healthy") {
        CHECK(services[name]["healthcheck"].IsDefined());
      } else {
        CHECK(condition == "service_completed_successfully");
        CHECK(services[name]["restart"].as<std::string>() == "no");
      }
    }
  }
}

TEST_CASE("probes ask for readiness where calls go, and for liveness where a restart follows") {
  for (const Container& container : KubernetesContainers(Kubernetes())) {
    if (!ServesCalls(container)) continue;
    INFO(container.where);
    for (const char* probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
      INFO(probe);
      CHECK(Find(container.definition, {probe, "grpc", "port"}).as<int>(0) ==
            DefaultPort(container.name));
      const std::string wanted = std::string(probe) == "readinessProbe" ? "" : rpc::kLiveness;
      CHECK(Find(container.definition, {probe, "grpc", "service"}).as<std::string>("") == wanted);
    }
  }
}

TEST_CASE("a pod has more time to stop than a drain takes") {
  for (const Resource& resource : Kubernetes()) {
    if (resource.kind != "Deployment") continue;
    INFO(resource.name);
    const YAML::Node pod = PodTemplate(resource)["spec"];
    absl::Duration drain;
    for (const YAML::Node& variable : pod["containers"][0]["env"]) {
      const std::string name = variable["name"].as<std::string>();
      absl::Duration duration;
      if (name != "CLIENTELE_LAME_DUCK" && name != "CLIENTELE_DRAIN_TIMEOUT") continue;
      REQUIRE(absl::ParseDuration(variable["value"].as<std::string>(), &duration));
      CHECK(duration > absl::ZeroDuration());
      drain += duration;
    }
    CHECK(absl::Seconds(pod["terminationGracePeriodSeconds"].as<int>()) > drain);
  }
}

TEST_CASE("every stored service is migrated by a job of its own") {
  for (const std::string& service : kServices) {
    if (service == "gateway-service") continue;
    INFO(service);
    const std::string job = service + "-migration";
    const Resource* resource = FindResource("Job", job);
    REQUIRE(resource != nullptr);
    const YAML::Node container = PodTemplate(*resource)["spec"]["containers"][0];
    CHECK(container["args"][0].as<std::string>() == "--migrate_and_exit");
    CHECK(container["image"].as<std::string>().starts_with(kImagePrefix + service + ":"));
    const YAML::Node compose = Compose()["services"][job];
    REQUIRE(compose.IsDefined());
    CHECK(compose["command"][0].as<std::string>() == "--migrate_and_exit");
    CHECK(compose["image"].as<std::string>().starts_with(kImagePrefix + service + ":"));
    CHECK(Find(Compose(), {"services", service, "depends_on", job, "condition"})
              .as<std::string>("") == "service_completed_successfully");
  }
}

TEST_CASE("a network policy opens the ports of its service") {
  int policies = 0;
  for (const Resource& resource : Kubernetes()) {
    if (resource.kind != "NetworkPolicy" || !kServices.contains(resource.name)) continue;
    ++policies;
    INFO(resource.file);
    std::set<int> open;
    for (const YAML::Node& rule : resource.node["spec"]["ingress"]) {
      for (const YAML::Node& port : rule["ports"]) open.insert(port["port"].as<int>());
    }
    CHECK(open == Images().at(resource.name).ports);
    for (const YAML::Node& rule : resource.node["spec"]["egress"]) {
      const int port = rule["ports"][0]["port"].as<int>();
      const YAML::Node to = Find(rule, {"to"});
      if (!to.IsDefined()) {
        CHECK(port == 5432);
        continue;
      }
      const YAML::Node labels = to[0]["podSelector"]["matchLabels"];
      CHECK(port == DefaultPort(labels["app.kubernetes.io/name"].as<std::string>()));
    }
  }
  CHECK(policies == 4);
}

TEST_CASE("selectors find the pods that they are for") {
  for (const std::string& service : kServices) {
    INFO(service);
    const YAML::Node labels =
        PodTemplate(*FindResource("Deployment", service))["metadata"]["labels"];
    for (const Resource& resource : Kubernetes()) {
      if (resource.name != service) continue;
      YAML::Node selector = Find(resource.node, {"spec", "selector"});
      if (resource.kind == "NetworkPolicy") selector = Find(resource.node, {"spec", "podSelector"});
      if (resource.kind != "Service") selector = Find(selector, {"matchLabels"});
      INFO(resource.file << " " << resource.kind);
      REQUIRE(selector.IsDefined());
      for (const auto& label : selector) {
        CHECK(Find(labels, {label.first.as<std::string>()}).as<std::string>("") ==
              label.second.as<std::string>());
      }
      // Jobs bear the service's name too, and must not get its calls.
      CHECK(Find(selector, {"app.kubernetes.io/component"}).as<std::string>("") == "service");
    }
  }
}

TEST_CASE("kustomizations list every file of their folder") {
  int folders = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kSource / "deploy/k8s")) {
    if (entry.path().filename() != "kustomization.yaml") continue;
    ++folders;
    INFO(entry.path());
    std::set<std::string> present;
    for (const auto& file : fs::directory_iterator(entry.path().parent_path())) {
      const std::string name = file.path().filename();
      if (name != "kustomization.yaml" && absl::EndsWith(name, ".yaml")) present.insert(name);
    }
    std::set<std::string> listed;
    const YAML::Node kustomization = YAML::LoadFile(entry.path());
    for (const YAML::Node& file : kustomization["resources"]) listed.insert(file.as<std::string>());
    CHECK(listed == present);
  }
  CHECK(folders == 4);
}

TEST_CASE("the build reads packages that exist in the project's list") {
  const std::string dockerfile = ReadText(kSource / "deploy/docker/Dockerfile");
  const std::string packages = ReadText(kSource / "deploy/local/packages.txt");
  // The Dockerfile stops reading the list at this line.
  CHECK(absl::StrContains(dockerfile, "/^# For tests/,$d"));
  CHECK(absl::StrContains(packages, "\n# For tests"));
  CHECK(packages.find("libtorch-dev\n") < packages.find("# For tests"));
}

}  // namespace
}  // namespace clientele::testing
