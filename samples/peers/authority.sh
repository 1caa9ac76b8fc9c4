# shellcheck shell=bash
#
# The throw-away certificate authorities behind the samples. Sourced by make; all files land
# in the directory it is given, and every key is gone when the run is over. Dates are relative
# to the day of the run, because a sample is judged at the time of its own packets.

# authority_make DIR: every certificate a sample may ask for.
authority_make() {
    local dir=$1
    mkdir -p "$dir"
    authority_config >"$dir/ca.cnf"

    #           file          issuer      subject                    profile   from  to (days)
    authority_issue root         self       'Meadow Root CA'           authority -30   3650 "$dir"
    authority_issue issuing      root       'Meadow Issuing CA'        authority -30   1825 "$dir"
    authority_issue elsewhere    self       'Elsewhere Root CA'        authority -30   3650 "$dir"
    authority_issue broker       issuing    'broker.example.org'       server    -10    355 "$dir"
    authority_issue broker-rsa   issuing    'broker.example.org'       server    -10    355 "$dir" rsa:2048
    authority_issue expiring     issuing    'broker.example.org'       server   -350      9 "$dir"
    authority_issue expired      issuing    'broker.example.org'       server   -400    -35 "$dir"
    authority_issue future       issuing    'broker.example.org'       server     20    385 "$dir"
    authority_issue wrong-name   issuing    'storage.example.org'      server    -10    355 "$dir"
    authority_issue self-signed  self       'broker.example.org'       server    -10    355 "$dir"
    authority_issue device       root       'meadow sensor 7'          client    -10    355 "$dir"
    authority_issue stranger     elsewhere  'elsewhere sensor 3'       client    -10    355 "$dir"
    authority_issue device-old   root       'meadow sensor 2'          client   -400    -35 "$dir"

    # What a server sends is its own certificate and the intermediate, not the root.
    local leaf
    for leaf in broker broker-rsa expiring expired future wrong-name; do
        cat "$dir/$leaf.pem" "$dir/issuing.pem" >"$dir/$leaf.chain"
    done
    cp "$dir/self-signed.pem" "$dir/self-signed.chain"
    authority_trust_stores "$dir"
}

# authority_issue FILE ISSUER SUBJECT PROFILE FROM TO DIR [KEY]: one key and its certificate.
# "openssl ca" is used for all, because "openssl x509" of OpenSSL 3.0 cannot set a start date.
authority_issue() {
    local file=$1 issuer=$2 subject=$3 profile=$4 from=$5 to=$6 dir=$7 key=${8:-ec}
    local sign=(-cert "$dir/$issuer.pem" -keyfile "$dir/$issuer.key")
    local make=(-newkey "$key")

    [ "$issuer" != self ] || sign=(-selfsign -keyfile "$dir/$file.key")
    [ "$key" != ec ] || make=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
    : >"$dir/index.txt" # each certificate is alone in its book: subjects repeat here
    SUBJECT_NAME=$subject openssl req "${make[@]}" -nodes -keyout "$dir/$file.key" \
        -subj "/O=Meadow Sensors/CN=$subject" -out "$dir/$file.csr" 2>/dev/null
    SUBJECT_NAME=$subject openssl ca -batch -notext -config "$dir/ca.cnf" -name book \
        "${sign[@]}" -in "$dir/$file.csr" -out "$dir/$file.pem" -outdir "$dir" \
        -extensions "$profile" -startdate "$(authority_day "$from")" \
        -enddate "$(authority_day "$to")" 2>/dev/null
}

# authority_day DAYS: midnight that many days from today, as ASN.1 wants it.
authority_day() {
    date -u -d "$1 days" +%Y%m%d000000Z
}

# authority_config: the file "openssl ca" wants; relative paths would depend on the caller.
authority_config() {
    cat <<EOF
[book]
database = $dir/index.txt
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:\${ENV::SUBJECT_NAME}
subjectKeyIdentifier = hash
[client]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
EOF
}

# authority_trust_stores DIR: the same two roots in the forms that Java and NSS read.
authority_trust_stores() {
    local dir=$1 root
    for root in root elsewhere; do
        keytool -importcert -noprompt -alias "$root" -file "$dir/$root.pem" \
            -keystore "$dir/$root.p12" -storetype PKCS12 -storepass meadow 2>/dev/null
        mkdir -p "$dir/$root.nss"
        certutil -N -d "sql:$dir/$root.nss" --empty-password
        certutil -A -d "sql:$dir/$root.nss" -n "$root" -t C,, -i "$dir/$root.pem"
    done
}
