#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_FOLDER_FINGERPRINT_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_FOLDER_FINGERPRINT_H_

#include <filesystem>
#include <string>

namespace clientele::inference {

// Names, sizes, times of change and inodes of the files under `dir`, as text: equal
// exactly while nothing was written there. Cheap, reads no content; looks at no
// more than 1,000 entries. Never empty text: a folder that cannot be read looks like an
// empty one.
std::string FolderFingerprint(const std::filesystem::path& dir);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_FOLDER_FINGERPRINT_H_
