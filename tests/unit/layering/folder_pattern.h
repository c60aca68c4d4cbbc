// The way allow_list.h writes a folder, and which files fit it.
//
//   FolderPattern("services/{service}/core/**").Match("services/qa-service/core/a/b.h")
//       // {.folder = "services/qa-service/core", .service = "qa-service"}
#ifndef CLIENTELE_TESTS_UNIT_LAYERING_FOLDER_PATTERN_H_
#define CLIENTELE_TESTS_UNIT_LAYERING_FOLDER_PATTERN_H_

#include <optional>
#include <string>
#include <string_view>

namespace clientele::layering {

class FolderPattern {
 public:
  struct Fit {
    std::string folder;   // with the service's name, without /**
    std::string service;  // what stands for {service}
  };

  explicit FolderPattern(std::string_view text);

  // Nothing if the file is not of this folder.
  std::optional<Fit> Match(std::string_view file) const;

  bool names_service() const { return text_.find("{service}") != std::string::npos; }
  // As an arrow writes it: without /**.
  const std::string& name() const { return text_; }

 private:
  std::string text_;
  bool deep_;  // sub-folders belong to it
};

// `arrow` with {service} replaced.
std::string ForService(std::string_view arrow, std::string_view service);

}  // namespace clientele::layering

#endif  // CLIENTELE_TESTS_UNIT_LAYERING_FOLDER_PATTERN_H_
