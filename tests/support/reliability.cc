#include "tests/support/reliability.h"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace clientele::testing {

void Record(const ReliabilityRow& row) {
  const std::filesystem::path folder = CLIENTELE_RELIABILITY_DIR;
  std::filesystem::create_directories(folder);
  std::string name = row.fault;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  std::ofstream out(folder / (name + ".md"));
  out << "| " << row.fault << " | " << row.rounds << " | " << row.acknowledged << " | " << row.lost
      << " | " << row.duplicated << " | ";
  if (row.recovery) {
    out << row.recovery->count() << " ms";
  } else {
    out << "none needed";
  }
  out << " | `" << row.test << "` |\n";
}

int Rounds(int few, int many) {
  return std::getenv("CLIENTELE_LONG_FAULTS") == nullptr ? few : many;
}

}  // namespace clientele::testing
