#include "tests/support/deployment.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> Strings(const YAML::Node& node) {
  if (!node.IsDefined()) return {};
  return node.as<std::vector<std::string>>();
}

YAML::Node Merged(const YAML::Node& node);

void AddMissing(const YAML::Node& from, YAML::Node& to) {
  for (const auto& entry : Merged(from)) {
    const std::string key = entry.first.as<std::string>();
    if (!to[key]) to[key] = entry.second;
  }
}

YAML::Node Merged(const YAML::Node& node) {
  if (node.IsSequence()) {
    YAML::Node result(YAML::NodeType::Sequence);
    for (const YAML::Node& item : node) result.push_back(Merged(item));
    return result;
  }
  if (!node.IsMap()) return node;
  YAML::Node result(YAML::NodeType::Map);
  YAML::Node merges;
  for (const auto& entry : node) {
    const std::string key = entry.first.as<std::string>();
    if (key == "<<") {
      merges.reset(entry.second);
    } else {
      result[key] = Merged(entry.second);
    }
  }
  if (merges.IsSequence()) {
    for (const YAML::Node& merge : merges) AddMissing(merge, result);
  } else if (merges.IsMap()) {
    AddMissing(merges, result);
  }
  return result;
}

void SetImage(const std::string& reference, Container& container) {
  const std::size_t colon = reference.rfind(':');
  container.image = reference.substr(0, colon);
  if (colon != std::string::npos) container.tag = reference.substr(colon + 1);
}

// "ADDRESS:HOST:CONTAINER" and shorter forms end in the container's port.
int LastPort(const std::string& text) { return std::stoi(text.substr(text.rfind(':') + 1)); }

Mount ParseVolume(const std::string& text) {
  static const std::regex form("([^:]+):([^:]+)(:ro)?");
  std::smatch match;
  if (!std::regex_match(text, match, form)) throw std::runtime_error("odd volume " + text);
  return {match[1], match[2], match[3].matched};
}

bool Holds(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

std::string SourceOf(const YAML::Node& volume) {
  for (const YAML::Node& name : {Find(volume, {"secret", "secretName"}),
                                 Find(volume, {"persistentVolumeClaim", "claimName"})}) {
    if (name.IsDefined()) return name.as<std::string>();
  }
  return volume["name"].as<std::string>();
}

Container ReadContainer(const YAML::Node& pod, const YAML::Node& node) {
  Container container;
  container.definition = node;
  container.name = node["name"].as<std::string>();
  SetImage(node["image"].as<std::string>(), container);
  container.command = Strings(node["command"]);
  container.arguments = Strings(node["args"]);
  for (const YAML::Node& variable : node["env"]) {
    container.environment[variable["name"].as<std::string>()] =
        variable["value"].as<std::string>("");
  }
  for (const YAML::Node& port : node["ports"]) {
    container.ports.insert(port["containerPort"].as<int>());
  }
  std::map<std::string, YAML::Node> volumes;
  for (const YAML::Node& volume : pod["volumes"]) {
    volumes.emplace(volume["name"].as<std::string>(), volume);
  }
  for (const YAML::Node& mount : node["volumeMounts"]) {
    container.mounts.push_back({SourceOf(volumes.at(mount["name"].as<std::string>())),
                                mount["mountPath"].as<std::string>(),
                                mount["readOnly"].as<bool>(false)});
  }
  const YAML::Node security = Find(node, {"securityContext"});
  container.runs_as_root =
      !Find(pod, {"securityContext", "runAsNonRoot"}).as<bool>(false) ||
      Find(security, {"runAsUser"})
              .as<int>(Find(pod, {"securityContext", "runAsUser"}).as<int>(0)) == 0;
  container.read_only_root = Find(security, {"readOnlyRootFilesystem"}).as<bool>(false);
  container.forbids_new_privileges = !Find(security, {"allowPrivilegeEscalation"}).as<bool>(true);
  container.drops_all_capabilities =
      Holds(Strings(Find(security, {"capabilities", "drop"})), "ALL") &&
      !Find(security, {"capabilities", "add"}).IsDefined();
  return container;
}

}  // namespace

YAML::Node Find(const YAML::Node& node, const std::vector<std::string>& path) {
  YAML::Node found;
  found.reset(node);
  for (const std::string& key : path) {
    if (!found.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    const YAML::Node child = std::as_const(found)[key];
    if (!child.IsDefined()) return YAML::Node(YAML::NodeType::Undefined);
    found.reset(child);
  }
  return found;
}

std::map<std::string, Image> ReadDockerfile(const fs::path& source) {
  const std::string text =
      std::regex_replace(ReadFile(source / "deploy/docker/Dockerfile"), std::regex(R"(\\\n)"), " ");
  std::map<std::string, Image> images;
  Image* image = nullptr;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> words = Words(line);
    if (words.empty()) continue;
    if (words[0] == "FROM") {
      const auto below = images.find(words[1]);
      image = &(images[words.at(3)] = below == images.end() ? Image() : below->second);
    } else if (words[0] == "COPY" && words.back() == "/usr/local/bin/") {
      for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        if (words[i][0] != '-') image->files.insert(fs::path(words[i]).filename());
      }
    } else if (words[0] == "ENTRYPOINT") {
      image->entry_point = YAML::Load(line.substr(line.find('[')))[0].as<std::string>();
    } else if (words[0] == "EXPOSE") {
      for (std::size_t i = 1; i < words.size(); ++i) image->ports.insert(std::stoi(words[i]));
    } else if (words[0] == "USER") {
      image->user = words[1];
    } else if (words[0] == "RUN" && image != nullptr) {
      for (const std::string& word : words) image->packages.insert(word);
    }
  }
  return images;
}

YAML::Node ReadCompose(const fs::path& source) {
  return ReadOverride(source, "docker-compose.yml");
}

YAML::Node ReadOverride(const fs::path& source, const std::string& file) {
  return Merged(YAML::LoadFile((source / file).string()));
}

std::vector<Container> ComposeContainers(const YAML::Node& compose) {
  std::vector<Container> containers;
  for (const auto& entry : compose["services"]) {
    const YAML::Node node = entry.second;
    Container container;
    container.definition = node;
    container.name = entry.first.as<std::string>();
    container.where = "docker-compose.yml: " + container.name;
    SetImage(node["image"].as<std::string>(), container);
    container.command = Strings(node["entrypoint"]);
    container.arguments = Strings(node["command"]);
    for (const auto& variable : node["environment"]) {
      container.environment[variable.first.as<std::string>()] = variable.second.as<std::string>();
    }
    for (const std::string& volume : Strings(node["volumes"])) {
      container.mounts.push_back(ParseVolume(volume));
    }
    for (const std::string& path : Strings(node["tmpfs"])) {
      container.mounts.push_back({"tmpfs", path, false});
    }
    for (const std::string& port : Strings(node["ports"])) container.ports.insert(LastPort(port));
    container.runs_as_root = std::stoi(node["user"].as<std::string>("0")) == 0;
    container.read_only_root = node["read_only"].as<bool>(false);
    container.drops_all_capabilities = Holds(Strings(node["cap_drop"]), "ALL") && !node["cap_add"];
    container.forbids_new_privileges =
        Holds(Strings(node["security_opt"]), "no-new-privileges:true");
    containers.push_back(std::move(container));
  }
  return containers;
}

std::vector<Resource> ReadKubernetes(const fs::path& source) {
  const fs::path root = source / "deploy/k8s";
  std::vector<Resource> resources;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".yaml" || path.filename() == "kustomization.yaml") continue;
    for (const YAML::Node& node : YAML::LoadAllFromFile(path.string())) {
      resources.push_back({fs::relative(path, root), node["kind"].as<std::string>(),
                           node["metadata"]["name"].as<std::string>(), node});
    }
  }
  return resources;
}

YAML::Node PodTemplate(const Resource& resource) {
  const YAML::Node spec = resource.node["spec"];
  if (resource.kind == "CronJob") return spec["jobTemplate"]["spec"]["template"];
  if (resource.kind == "Deployment" || resource.kind == "Job") return spec["template"];
  return YAML::Node(YAML::NodeType::Undefined);
}

std::vector<Container> KubernetesContainers(const std::vector<Resource>& resources) {
  std::vector<Container> containers;
  for (const Resource& resource : resources) {
    const YAML::Node pod = PodTemplate(resource);
    if (!pod.IsDefined()) continue;
    for (const char* list : {"initContainers", "containers"}) {
      for (const YAML::Node& node : pod["spec"][list]) {
        containers.push_back(ReadContainer(pod["spec"], node));
        containers.back().where = resource.file + ": " + resource.kind + " " + resource.name;
      }
    }
  }
  return containers;
}

}  // namespace clientele::testing
