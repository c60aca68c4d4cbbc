#ifndef CLIENTELE_TESTS_UNIT_INFERENCE_TEXT_FILE_H_
#define CLIENTELE_TESTS_UNIT_INFERENCE_TEXT_FILE_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace clientele::inference::testing {

inline std::string ReadText(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void WriteText(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace clientele::inference::testing

#endif  // CLIENTELE_TESTS_UNIT_INFERENCE_TEXT_FILE_H_
