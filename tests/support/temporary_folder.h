#ifndef CLIENTELE_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define CLIENTELE_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace clientele::testing {

// A folder of its own for one test, removed with everything in it.
//
//   TemporaryFolder folder;
//   folder.Write("a.csv", "id\n1\n");
//   Open(folder.path() / "a.csv");
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "clientele-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path Write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
