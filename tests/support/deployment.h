#ifndef CLIENTELE_TESTS_SUPPORT_DEPLOYMENT_H_
#define CLIENTELE_TESTS_SUPPORT_DEPLOYMENT_H_

// How the suite is deployed, as the repository says it: the images of
// deploy/docker/Dockerfile, the containers of docker-compose.yml and of deploy/k8s.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace clientele::testing {

struct Mount {
  std::string source;  // volume, Secret or PersistentVolumeClaim; a path of the repository
  std::string target;
  bool read_only = false;
};

struct Container {
  std::string where;  // "docker-compose.yml: qa-service"
  std::string name;
  std::string image;  // without tag
  std::string tag;
  std::vector<std::string> command;  // in place of the image's entry point
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::vector<Mount> mounts;
  std::set<int> ports;
  bool runs_as_root = true;
  bool read_only_root = false;
  bool drops_all_capabilities = false;
  bool forbids_new_privileges = false;
  YAML::Node definition;  // of the container itself
};

// A stage of the Dockerfile, with what it has from the stages below.
struct Image {
  std::set<std::string> files;  // names of what is copied to /usr/local/bin
  std::string entry_point;      // a path; empty: none
  std::set<int> ports;
  std::string user;
  std::set<std::string> packages;
};

// The node at the end of the path, undefined where there is none.
YAML::Node Find(const YAML::Node& node, const std::vector<std::string>& path);

// Of `source`, the repository's root.
std::map<std::string, Image> ReadDockerfile(const std::filesystem::path& source);

// The file with its merge keys (<<) carried out, which yaml-cpp does not do.
YAML::Node ReadCompose(const std::filesystem::path& source);
// The same of a file that changes it, such as "deploy/docker/gpu.yml".
YAML::Node ReadOverride(const std::filesystem::path& source, const std::string& file);
std::vector<Container> ComposeContainers(const YAML::Node& compose);

struct Resource {
  std::string file;  // relative to deploy/k8s
  std::string kind;
  std::string name;
  YAML::Node node;
};

// Everything under deploy/k8s except the kustomizations.
std::vector<Resource> ReadKubernetes(const std::filesystem::path& source);
// The pod of a Deployment, Job or CronJob; an undefined node for other kinds.
YAML::Node PodTemplate(const Resource& resource);
std::vector<Container> KubernetesContainers(const std::vector<Resource>& resources);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_DEPLOYMENT_H_
